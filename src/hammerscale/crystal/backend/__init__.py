"""The backend: it unrolls the plain functions of the crystal law into kernels for vector lanes, and runs them."""
