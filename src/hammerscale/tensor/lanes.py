"""Blocks of points for the vector unit: one flat buffer, one row of WIDTH numbers per component.

A loop over the lanes whose body is straight-line code on one buffer with constant offsets is vectorised; the same body
on separate arrays is three times slower, because the compiler cannot rule out that they overlap. Kernels on lanes
therefore take the buffer alone and find their operands at the rows named here; a law's own rows start at `LAW`.
"""

import numpy as np

from hammerscale.compiler import njit

WIDTH = 32

GRADIENT = 0  # F, nine rows, row by row
ROTATION = 9  # R of F = R U, nine rows
STRETCH = 18  # U, six rows in the order 11, 22, 33, 12, 23, 13
VOLUME = 24  # det F
EXCESS = 25  # |R|² - 3 while the iteration for R runs
CAUCHY = 26  # σ in the current frame, six rows
LAW = 32
ROWS = 56

MAX_ITERATIONS = 40
# The singular values of the iterate are 1 + ε from above with Σε = half the excess, and one more step squares ε.
EXCESS_TOLERANCE = 1e-8
# Fused multiply-add rounds once instead of twice; no other liberty is taken with floating point.
CONTRACT = {"contract"}
# A sum of squares may be added in any order; it only decides when to stop.
REASSOCIATE = {"contract", "reassoc"}


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def polar_lanes(w):  # type: ignore[no-untyped-def]
    """Decompose the gradients of a block: R, U and det F from F, by Newton's iteration R <- (R + R^-T)/2."""
    for i in range(9 * WIDTH):
        w[ROTATION * WIDTH + i] = w[GRADIENT * WIDTH + i]
    _determinant(w)
    for iteration in range(MAX_ITERATIONS):
        _newton_step(w)
        # Before the first step singular values below one can cancel the excess of others.
        if iteration > 0 and not _total_excess(w) > EXCESS_TOLERANCE:
            break
    _stretch(w)


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def _determinant(w):  # type: ignore[no-untyped-def]
    """Write det F."""
    for i in range(WIDTH):
        a, b, c = w[i], w[WIDTH + i], w[2 * WIDTH + i]
        d, e, f = w[3 * WIDTH + i], w[4 * WIDTH + i], w[5 * WIDTH + i]
        g, h, k = w[6 * WIDTH + i], w[7 * WIDTH + i], w[8 * WIDTH + i]
        w[VOLUME * WIDTH + i] = a * (e * k - f * h) + b * (f * g - d * k) + c * (d * h - e * g)


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def _newton_step(w):  # type: ignore[no-untyped-def]
    """Replace R by (R + R^-T)/2 and write |R|² - 3 of the R before."""
    for lane in range(WIDTH):
        i = ROTATION * WIDTH + lane
        a, b, c = w[i], w[WIDTH + i], w[2 * WIDTH + i]
        d, e, f = w[3 * WIDTH + i], w[4 * WIDTH + i], w[5 * WIDTH + i]
        g, h, k = w[6 * WIDTH + i], w[7 * WIDTH + i], w[8 * WIDTH + i]
        w[EXCESS * WIDTH + lane] = (a * a + b * b + c * c) + (d * d + e * e + f * f) + (g * g + h * h + k * k) - 3.0
        # R^-T = cof R / det R
        cofactor_a, cofactor_b, cofactor_c = e * k - f * h, f * g - d * k, d * h - e * g
        half = 0.5 / (a * cofactor_a + b * cofactor_b + c * cofactor_c)
        w[i] = 0.5 * a + half * cofactor_a
        w[WIDTH + i] = 0.5 * b + half * cofactor_b
        w[2 * WIDTH + i] = 0.5 * c + half * cofactor_c
        w[3 * WIDTH + i] = 0.5 * d + half * (c * h - b * k)
        w[4 * WIDTH + i] = 0.5 * e + half * (a * k - c * g)
        w[5 * WIDTH + i] = 0.5 * f + half * (b * g - a * h)
        w[6 * WIDTH + i] = 0.5 * g + half * (b * f - c * e)
        w[7 * WIDTH + i] = 0.5 * h + half * (c * d - a * f)
        w[8 * WIDTH + i] = 0.5 * k + half * (a * e - b * d)


@njit(cache=True, error_model="numpy", fastmath=REASSOCIATE)
def _total_excess(w):  # type: ignore[no-untyped-def]
    """Return Σ |excess| over the lanes that are numbers: one that is not must not end the iteration of the others."""
    total = 0.0
    for i in range(WIDTH):
        size = abs(w[EXCESS * WIDTH + i])
        total += size if size < np.inf else 0.0
    return total


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def _stretch(w):  # type: ignore[no-untyped-def]
    """Write U = sym(Rᵀ F)."""
    for lane in range(WIDTH):
        i, j, u = GRADIENT * WIDTH + lane, ROTATION * WIDTH + lane, STRETCH * WIDTH + lane
        a, b, c = w[i], w[WIDTH + i], w[2 * WIDTH + i]
        d, e, f = w[3 * WIDTH + i], w[4 * WIDTH + i], w[5 * WIDTH + i]
        g, h, k = w[6 * WIDTH + i], w[7 * WIDTH + i], w[8 * WIDTH + i]
        ra, rb, rc = w[j], w[WIDTH + j], w[2 * WIDTH + j]
        rd, re, rf = w[3 * WIDTH + j], w[4 * WIDTH + j], w[5 * WIDTH + j]
        rg, rh, rk = w[6 * WIDTH + j], w[7 * WIDTH + j], w[8 * WIDTH + j]
        w[u] = ra * a + rd * d + rg * g
        w[WIDTH + u] = rb * b + re * e + rh * h
        w[2 * WIDTH + u] = rc * c + rf * f + rk * k
        w[3 * WIDTH + u] = 0.5 * ((ra * b + rd * e + rg * h) + (rb * a + re * d + rh * g))
        w[4 * WIDTH + u] = 0.5 * ((rb * c + re * f + rh * k) + (rc * b + rf * e + rk * h))
        w[5 * WIDTH + u] = 0.5 * ((ra * c + rd * f + rg * k) + (rc * a + rf * d + rk * g))


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def rotate_lanes(w):  # type: ignore[no-untyped-def]
    """Turn the symmetric tensor in the first six rows of the law by R: CAUCHY = R σ Rᵀ."""
    for lane in range(WIDTH):
        j, s, o = ROTATION * WIDTH + lane, LAW * WIDTH + lane, CAUCHY * WIDTH + lane
        ra, rb, rc = w[j], w[WIDTH + j], w[2 * WIDTH + j]
        rd, re, rf = w[3 * WIDTH + j], w[4 * WIDTH + j], w[5 * WIDTH + j]
        rg, rh, rk = w[6 * WIDTH + j], w[7 * WIDTH + j], w[8 * WIDTH + j]
        xx, yy, zz = w[s], w[WIDTH + s], w[2 * WIDTH + s]
        xy, yz, xz = w[3 * WIDTH + s], w[4 * WIDTH + s], w[5 * WIDTH + s]
        # T = R σ, then T Rᵀ
        ta, tb, tc = ra * xx + rb * xy + rc * xz, ra * xy + rb * yy + rc * yz, ra * xz + rb * yz + rc * zz
        td, te, tf = rd * xx + re * xy + rf * xz, rd * xy + re * yy + rf * yz, rd * xz + re * yz + rf * zz
        tg, th, tk = rg * xx + rh * xy + rk * xz, rg * xy + rh * yy + rk * yz, rg * xz + rh * yz + rk * zz
        w[o] = ta * ra + tb * rb + tc * rc
        w[WIDTH + o] = td * rd + te * re + tf * rf
        w[2 * WIDTH + o] = tg * rg + th * rh + tk * rk
        w[3 * WIDTH + o] = ta * rd + tb * re + tc * rf
        w[4 * WIDTH + o] = td * rg + te * rh + tf * rk
        w[5 * WIDTH + o] = ta * rg + tb * rh + tc * rk


@njit(cache=True, error_model="numpy")
def fill_rows(points, first, w, row):  # type: ignore[no-untyped-def]
    """Write components of WIDTH points (n, k), C-contiguous, from `first` on to the k rows from `row` on.

    Where the points end, the last one is repeated. Views that begin where the block begins leave no index that might
    be negative, so that the loops over lanes are vectorised.
    """
    last, count = points.shape[0] - 1 - first, points.shape[1]
    here, there = points.reshape(-1)[first * count :], w[row * WIDTH :]
    for k in range(count):
        if last >= WIDTH - 1:
            for lane in range(WIDTH):
                there[k * WIDTH + lane] = here[lane * count + k]
        else:
            for lane in range(WIDTH):
                there[k * WIDTH + lane] = here[min(lane, last) * count + k]


@njit(cache=True, error_model="numpy")
def empty_rows(w, row, points, first):  # type: ignore[no-untyped-def]
    """Write the k rows from `row` on to the points (n, k) from `first` on, as many as there are."""
    filled, count = min(WIDTH, points.shape[0] - first), points.shape[1]
    here, there = w[row * WIDTH :], points.reshape(-1)[first * count :]
    for k in range(count):
        for lane in range(filled):
            there[lane * count + k] = here[k * WIDTH + lane]


def lane_blocks(points: int) -> int:
    """Return how many blocks hold so many points."""
    return int(np.ceil(points / WIDTH))
