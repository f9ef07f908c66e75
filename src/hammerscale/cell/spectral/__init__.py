"""The periodic cell in the plane, solved by FFT."""
