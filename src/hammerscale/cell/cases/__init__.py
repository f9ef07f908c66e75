"""One simulation as a file of its own."""
