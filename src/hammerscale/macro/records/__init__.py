"""What a run leaves: histories, fields, checkpoints, summaries."""
