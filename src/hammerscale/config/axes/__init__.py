"""The axes of a sample space: microstructures, parameters, and what may not rest on several of them."""
