"""Symmetric tensors as six components in the order 11, 22, 33, 12, 23, 13."""

import numpy as np

from hammerscale.arrays import FloatArray

COMPONENTS = ("11", "22", "33", "12", "23", "13")
ROW = np.array([0, 1, 2, 0, 1, 0])
COLUMN = np.array([0, 1, 2, 1, 2, 2])
# Each shear stands for two entries of the matrix, so the tensor norm counts it twice.
NORM_WEIGHTS = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 2.0])
IDENTITY = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])


def to_matrix(components: FloatArray) -> FloatArray:
    """Return symmetric matrices (..., 3, 3) from components (..., 6)."""
    matrix = np.empty((*components.shape[:-1], 3, 3))
    matrix[..., ROW, COLUMN] = components
    matrix[..., COLUMN, ROW] = components
    return matrix


def from_matrix(matrix: FloatArray) -> FloatArray:
    """Return components (..., 6) of the symmetric part of matrices (..., 3, 3)."""
    return 0.5 * (matrix[..., ROW, COLUMN] + matrix[..., COLUMN, ROW])


def determinant(components: FloatArray) -> FloatArray:
    """Return the determinants (...) of symmetric tensors given as components (..., 6)."""
    a, b, c, d, e, f = (components[..., i] for i in range(6))
    return a * (b * c - e * e) - d * (d * c - e * f) + f * (d * e - b * f)


def volume_ratio(stretch: FloatArray) -> FloatArray:
    """Return J = det U (...), NaN where the stretch (..., 6) is impossible."""
    volume = determinant(stretch)
    return np.where(volume > 0.0, volume, np.nan)


def deviator(components: FloatArray) -> FloatArray:
    """Return the deviatoric part (..., 6) of symmetric tensors (..., 6)."""
    mean = components[..., :3].mean(axis=-1, keepdims=True)
    return components - mean * IDENTITY
