"""Polar decomposition F = R U by Newton's iteration, for batches of points."""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.compiler import njit

MAX_ITERATIONS = 40
# Quadratic convergence: once a step changes R by less than this, the next one is at round-off.
STEP_TOLERANCE = 1e-9


@njit(cache=True, error_model="numpy")
def _cofactor(a, out):  # type: ignore[no-untyped-def]
    """Write the cofactor matrix of a (3, 3) into `out` and return det a."""
    out[0, 0] = a[1, 1] * a[2, 2] - a[1, 2] * a[2, 1]
    out[0, 1] = a[1, 2] * a[2, 0] - a[1, 0] * a[2, 2]
    out[0, 2] = a[1, 0] * a[2, 1] - a[1, 1] * a[2, 0]
    out[1, 0] = a[0, 2] * a[2, 1] - a[0, 1] * a[2, 2]
    out[1, 1] = a[0, 0] * a[2, 2] - a[0, 2] * a[2, 0]
    out[1, 2] = a[0, 1] * a[2, 0] - a[0, 0] * a[2, 1]
    out[2, 0] = a[0, 1] * a[1, 2] - a[0, 2] * a[1, 1]
    out[2, 1] = a[0, 2] * a[1, 0] - a[0, 0] * a[1, 2]
    out[2, 2] = a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]
    return a[0, 0] * out[0, 0] + a[0, 1] * out[0, 1] + a[0, 2] * out[0, 2]


@njit(cache=True, error_model="numpy")
def polar_kernel(gradient, rotation, stretch):  # type: ignore[no-untyped-def]
    """Decompose gradients (n, 3, 3) into rotations (n, 3, 3) and stretches (n, 6); NaN where det F is not positive."""
    cofactor = np.empty((3, 3))
    for p in range(gradient.shape[0]):
        r = rotation[p]
        r[:, :] = gradient[p]
        valid = True
        for _ in range(MAX_ITERATIONS):
            # R <- (R + R^-T)/2, where R^-T = cof R / det R.
            determinant = _cofactor(r, cofactor)
            valid = determinant > 0.0
            change = 0.0
            for i in range(3):
                for j in range(3):
                    new = 0.5 * (r[i, j] + cofactor[i, j] / determinant)
                    change = max(change, abs(new - r[i, j]))
                    r[i, j] = new
            if not valid or change < STEP_TOLERANCE:
                break
        if not valid:
            r[:, :] = np.nan
        _symmetric_product(r, gradient[p], stretch[p])


@njit(cache=True, error_model="numpy")
def _symmetric_product(r, f, out):  # type: ignore[no-untyped-def]
    """Write the symmetric part of Rᵀ F as components (6,) into `out`."""
    for component in range(6):
        i = component if component < 3 else (0, 1, 0)[component - 3]
        j = component if component < 3 else (1, 2, 2)[component - 3]
        total = 0.0
        for k in range(3):
            total += r[k, i] * f[k, j] + r[k, j] * f[k, i]
        out[component] = 0.5 * total


def polar_decomposition(gradient: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return rotations (n, 3, 3) and stretches U (n, 6) of deformation gradients (n, 3, 3)."""
    rotation = np.empty_like(gradient)
    stretch = np.empty((len(gradient), 6))
    polar_kernel(np.ascontiguousarray(gradient), rotation, stretch)
    return rotation, stretch


@njit(cache=True, error_model="numpy")
def turn_kernel(rotation, tensor, turned):  # type: ignore[no-untyped-def]
    """Write R T Rᵀ (n, 3, 3) of rotations (n, 3, 3) and symmetric tensors (n, 6)."""
    for p in range(tensor.shape[0]):
        r, t = rotation[p], tensor[p]
        for i in range(3):
            # row i of R T, then of R T Rᵀ
            x = r[i, 0] * t[0] + r[i, 1] * t[3] + r[i, 2] * t[5]
            y = r[i, 0] * t[3] + r[i, 1] * t[1] + r[i, 2] * t[4]
            z = r[i, 0] * t[5] + r[i, 1] * t[4] + r[i, 2] * t[2]
            for j in range(3):
                turned[p, i, j] = x * r[j, 0] + y * r[j, 1] + z * r[j, 2]


def turn(rotation: FloatArray, tensor: FloatArray) -> FloatArray:
    """Return R T Rᵀ (n, 3, 3) of rotations (n, 3, 3) and symmetric tensors (n, 6).

    A loop, because products of many small matrices by NumPy take twenty times as long.
    """
    turned = np.empty_like(rotation)
    turn_kernel(np.ascontiguousarray(rotation), np.ascontiguousarray(tensor), turned)
    return turned
