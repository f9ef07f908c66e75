"""The published network between principal components in time."""
