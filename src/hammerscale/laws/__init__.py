"""What a macroscopic solver can call at its quadrature points."""
