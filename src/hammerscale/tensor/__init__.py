"""Algebra of 3×3 tensors as Numba kernels."""
