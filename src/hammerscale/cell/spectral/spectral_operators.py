"""Discrete gradient, divergence and Green operator of the periodic cell, for two discretisations.

ROTATED: displacement at the corners, gradient at the centres (Willot 2015; Q1 elements with one-point integration).
FOURIER: trigonometric polynomials; the unknown is the spectrum itself and every mode of index -n/2 is dropped.

In both the unknown is a pair of planes, `gradient` maps it to the four rows 11, 12, 21, 22 of a field, and `divergence`
is the exact adjoint of `gradient` in the plain dot products, so conjugate gradients need not know which one they solve.
"""

import numpy as np

from hammerscale.cell.spectral.spectral_fourier import (
    VECTOR_MATH,
    fill_transform_tables,
    signed_frequencies,
    transform_backward,
    transform_forward,
)
from hammerscale.compiler import njit

# The length of a tuple distinguishes the schemes: it is part of the type, so only the chosen one is compiled.
ROTATED = (0,)
FOURIER = (0, 0)


@njit(cache=True, error_model="numpy", inline="always")
def close_periodic(u):  # type: ignore[no-untyped-def]
    """Copy the first row and column of u (2, n + 1, row) behind the last ones."""
    n = u.shape[1] - 1
    for plane in range(2):
        for i in range(n):
            u[plane, i, n] = u[plane, i, 0]
        for j in range(n + 1):
            u[plane, n, j] = u[plane, 0, j]


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def gradient_row(u, i, out):  # type: ignore[no-untyped-def]
    """Write the rotated-scheme gradient of u (2, n + 1, row) in pixel row i to out (4, row), columns 1 to n."""
    for plane in range(2):
        for j in range(u.shape[1] - 1):
            along = u[plane, i + 1, j + 1] - u[plane, i, j]
            across = u[plane, i + 1, j] - u[plane, i, j + 1]
            out[2 * plane, j + 1] = along + across
            out[2 * plane + 1, j + 1] = along - across


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def add_divergence_row(field, i, out):  # type: ignore[no-untyped-def]
    """Add Dᵀσ of pixel row i, field (4, row), to node row i of out (2, n + 1, row) and start node row i + 1 with it."""
    n = out.shape[1] - 1
    for row in range(4):
        field[row, 0] = field[row, n]
    for plane in range(2):
        for j in range(n):
            left, here = field[2 * plane, j], field[2 * plane, j + 1]
            left_cross, here_cross = field[2 * plane + 1, j], field[2 * plane + 1, j + 1]
            out[plane, i, j] -= here + here_cross + (left - left_cross)
            out[plane, i + 1, j] = left + left_cross + (here - here_cross)


@njit(cache=True, error_model="numpy", inline="always")
def open_divergence(out):  # type: ignore[no-untyped-def]
    """Clear the first node row of out (2, n + 1, row)."""
    for plane in range(2):
        for j in range(out.shape[1] - 1):
            out[plane, 0, j] = 0.0


@njit(cache=True, error_model="numpy", inline="always")
def close_divergence(out):  # type: ignore[no-untyped-def]
    """Add the node row behind the last one of out (2, n + 1, row) to the first, its periodic image."""
    n = out.shape[1] - 1
    for plane in range(2):
        for j in range(n):
            out[plane, 0, j] += out[plane, n, j]


@njit(cache=True, error_model="numpy", inline="always")
def copy_row(source, target):  # type: ignore[no-untyped-def]
    """Copy a field row (4, row); an array assignment would compile NumPy's shape errors with their texts."""
    for component in range(4):
        for j in range(source.shape[1]):
            target[component, j] = source[component, j]


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def spectral_gradient(w, u, field):  # type: ignore[no-untyped-def]
    """Write the Fourier gradient of the spectrum u (2, ≥n, row) to field (n, 4, row), columns 1 to n."""
    n = w.spectrum.shape[1]
    for direction in range(2):
        for i in range(n):
            for j in range(n):
                wave = w.frequency[direction, i, j]
                w.spectrum[0, i, j] = -wave * u[1, i, j]
                w.spectrum[1, i, j] = wave * u[0, i, j]
        transform_backward(w)
        for i in range(n):
            for j in range(n):
                field[i, direction, j + 1] = w.spectrum[0, i, j]
                field[i, 2 + direction, j + 1] = w.spectrum[1, i, j]


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def spectral_divergence(w, field, out):  # type: ignore[no-untyped-def]
    """Write Dᵀσ of field (n, 4, row) as a spectrum to out (2, ≥n, row)."""
    n = w.spectrum.shape[1]
    for direction in range(2):
        for i in range(n):
            for j in range(n):
                w.spectrum[0, i, j] = field[i, direction, j + 1]
                w.spectrum[1, i, j] = field[i, 2 + direction, j + 1]
        transform_forward(w)
        for i in range(n):
            for j in range(n):
                wave = w.frequency[direction, i, j]
                real, imag = wave * w.spectrum[1, i, j], -wave * w.spectrum[0, i, j]
                if direction == 0:
                    out[0, i, j] = real
                    out[1, i, j] = imag
                else:
                    out[0, i, j] += real
                    out[1, i, j] += imag


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH, inline="always")
def apply_green(w):  # type: ignore[no-untyped-def]
    """Multiply the spectrum by the inverse acoustic tensor of the undeformed crystal; the result is in `w.reflected`.

    For the packed field u1 + i u2 a real symmetric 2×2 matrix per mode is α z(k) + β conj z(-k), α real and β complex.
    """
    for i in range(w.reflected.shape[1]):
        mirror = w.opposite[i]
        for j in range(w.reflected.shape[1]):
            other_real = w.spectrum[0, mirror, w.opposite[j]]
            other_imag = -w.spectrum[1, mirror, w.opposite[j]]
            alpha, real, imag = w.green[0, i, j], w.green[1, i, j], w.green[2, i, j]
            w.reflected[0, i, j] = alpha * w.spectrum[0, i, j] + real * other_real - imag * other_imag
            w.reflected[1, i, j] = alpha * w.spectrum[1, i, j] + real * other_imag + imag * other_real


@njit(cache=True, error_model="numpy", fastmath=VECTOR_MATH)
def precondition(w, scheme):  # type: ignore[no-untyped-def]
    """Apply the negative Green operator to `w.residual`; the result is in `w.spectrum`."""
    n = w.spectrum.shape[1]
    for plane in range(2):
        for i in range(n):
            for j in range(n):
                w.spectrum[plane, i, j] = -w.residual[plane, i, j]
    if len(scheme) == 1:
        transform_forward(w)
    apply_green(w)
    for plane in range(2):
        for i in range(n):
            for j in range(n):
                w.spectrum[plane, i, j] = w.reflected[plane, i, j]
    if len(scheme) == 1:
        transform_backward(w)


def fill_operator_tables(w: np.void, n: int, scheme: tuple[int, ...], volumetric: float) -> None:
    """Write wave numbers and Green operator of an n×n cell; `volumetric` is λe/G of the undeformed crystal.

    The acoustic tensor is |d|² I + (2λe/G + 1/3) d⊗d for the wave vector d, in units of G; planes are (k2, k1).
    """
    fill_transform_tables(w, n)
    k1 = np.broadcast_to(signed_frequencies(n), (n, n))
    k2 = k1.T
    if scheme == FOURIER:
        kept = (2 * k1 != -n) & (2 * k2 != -n)
        d1, d2 = 2.0 * np.pi * k1 * kept, 2.0 * np.pi * k2 * kept
        w["frequency"][:, :, :n] = d1, d2
    else:
        half1, half2 = np.pi * k1 / n, np.pi * k2 / n
        d1, d2 = 4.0 * np.sin(half1) * np.cos(half2), 4.0 * np.cos(half1) * np.sin(half2)
    square = d1**2 + d2**2
    # The mean and, on even grids, the hourglass or Nyquist modes carry no gradient: they are left out.
    live = square > 1e-20
    inverse = np.where(live, 1.0 / np.where(live, square, 1.0), 0.0) / n**2
    stiffening = 2.0 * volumetric + 1.0 / 3.0
    share = stiffening / (1.0 + stiffening)
    g11 = inverse * (1.0 - share * d1**2 * inverse * n**2)
    g22 = inverse * (1.0 - share * d2**2 * inverse * n**2)
    g12 = -inverse * share * d1 * d2 * inverse * n**2
    w["green"][:, :, :n] = 0.5 * (g11 + g22), 0.5 * (g11 - g22), g12
