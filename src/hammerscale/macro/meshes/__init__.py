"""Bodies cut into elements."""
