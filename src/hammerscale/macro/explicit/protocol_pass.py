"""The passes around a law called through its protocol: F for all points, then forces from their stresses."""

import numpy as np

from hammerscale.compiler import njit
from hammerscale.macro.explicit.element_lanes import HOURGLASS, REFERENCE_VOLUME, ROWS, gradient_lanes, row_product
from hammerscale.macro.explicit.element_pass import WORK_SUM, copy_rows, load_constants, load_positions, unload
from hammerscale.tensor.lanes import CAUCHY, CONTRACT, GRADIENT, WIDTH, empty_rows, fill_rows

SPRINGS = 12
# Rows after those of the element pass: state at the start of a step, which its work needs.
OLD_GRADIENT = ROWS
OLD_CAUCHY = OLD_GRADIENT + 9
NEW_CAUCHY = OLD_CAUCHY + 9
CHANGE = NEW_CAUCHY + 9
WORK = CHANGE + 9
PROTOCOL_ROWS = WORK + 1


@njit(cache=True, error_model="numpy", nogil=True)
def gradient_blocks(first, last, position, nodes, constants, memory, gradient, springs):  # type: ignore[no-untyped-def]
    """Write the deformation gradients (m, 9) of some blocks, and the hourglass displacements for `force_blocks`."""
    w = np.zeros(ROWS * WIDTH)
    for block in range(first, last):
        load_positions(w, block, position, nodes)
        load_constants(w, block, constants, memory)
        gradient_lanes(w)
        empty_rows(w, GRADIENT, gradient, block * WIDTH)
        copy_rows(w, HOURGLASS * WIDTH, springs[block * SPRINGS * WIDTH :], 0, SPRINGS * WIDTH)


@njit(cache=True, error_model="numpy", nogil=True)
def force_blocks(first, last, springs, constants, old, new, numbers, inverse_dt, force, sums):  # type: ignore[no-untyped-def]
    """Write the forces of some blocks from Cauchy stresses; each of `old`, `new` is (F (m, 9), σ (m, 9), memory)."""
    w = np.zeros(PROTOCOL_ROWS * WIDTH)
    (old_gradient, old_cauchy, old_memory), (new_gradient, new_cauchy, new_memory) = old, new
    for block in range(first, last):
        load_constants(w, block, constants, old_memory)
        copy_rows(springs, block * SPRINGS * WIDTH, w, HOURGLASS, SPRINGS * WIDTH)
        fill_rows(old_gradient, block * WIDTH, w, OLD_GRADIENT)
        fill_rows(old_cauchy, block * WIDTH, w, OLD_CAUCHY)
        fill_rows(new_gradient, block * WIDTH, w, GRADIENT)
        fill_rows(new_cauchy, block * WIDTH, w, NEW_CAUCHY)
        symmetric_lanes(w)
        work_lanes(w)
        unload(w, block, numbers, inverse_dt, force, new_memory, sums)
        sums[block, WORK_SUM] = row_product(w, WORK, REFERENCE_VOLUME)


@njit(cache=True, error_model="numpy")
def symmetric_lanes(w):  # type: ignore[no-untyped-def]
    """Write the six components of the new stress to the rows from CAUCHY on."""
    for k in range(6):
        row = (0, 4, 8, 1, 5, 2)[k]
        for i in range(WIDTH):
            w[(CAUCHY + k) * WIDTH + i] = w[(NEW_CAUCHY + row) * WIDTH + i]


@njit(inline="always")
def _power(w, at, s, x):  # type: ignore[no-untyped-def]
    """Return P : X = σ : X cof Fᵀ of F at `at`, the symmetric σ at `s` and X at `x`, nine rows each."""
    # F, X and cof F, row by row
    a, b, c = w[at], w[WIDTH + at], w[2 * WIDTH + at]
    d, e, f = w[3 * WIDTH + at], w[4 * WIDTH + at], w[5 * WIDTH + at]
    g, h, k = w[6 * WIDTH + at], w[7 * WIDTH + at], w[8 * WIDTH + at]
    xa, xb, xc = w[x], w[WIDTH + x], w[2 * WIDTH + x]
    xd, xe, xf = w[3 * WIDTH + x], w[4 * WIDTH + x], w[5 * WIDTH + x]
    xg, xh, xk = w[6 * WIDTH + x], w[7 * WIDTH + x], w[8 * WIDTH + x]
    ca, cb, cc = e * k - f * h, f * g - d * k, d * h - e * g
    cd, ce, cf = c * h - b * k, a * k - c * g, b * g - a * h
    cg, ch, ck = b * f - c * e, c * d - a * f, a * e - b * d
    # σ : X cof Fᵀ, first its normal components, then both halves of each shear
    normal = w[s] * (xa * ca + xb * cb + xc * cc) + w[4 * WIDTH + s] * (xd * cd + xe * ce + xf * cf)
    normal += w[8 * WIDTH + s] * (xg * cg + xh * ch + xk * ck)
    xy = (xa * cd + xb * ce + xc * cf) + (xd * ca + xe * cb + xf * cc)
    yz = (xd * cg + xe * ch + xf * ck) + (xg * cd + xh * ce + xk * cf)
    xz = (xa * cg + xb * ch + xc * ck) + (xg * ca + xh * cb + xk * cc)
    return normal + w[WIDTH + s] * xy + w[5 * WIDTH + s] * yz + w[2 * WIDTH + s] * xz


@njit(cache=True, error_model="numpy", fastmath=CONTRACT)
def work_lanes(w):  # type: ignore[no-untyped-def]
    """Write ½ (P_old + P_new) : ΔF, the work of the stresses per reference volume."""
    for i in range(9 * WIDTH):
        w[CHANGE * WIDTH + i] = w[GRADIENT * WIDTH + i] - w[OLD_GRADIENT * WIDTH + i]
    for i in range(WIDTH):
        before = _power(w, OLD_GRADIENT * WIDTH + i, OLD_CAUCHY * WIDTH + i, CHANGE * WIDTH + i)
        after = _power(w, GRADIENT * WIDTH + i, NEW_CAUCHY * WIDTH + i, CHANGE * WIDTH + i)
        w[WORK * WIDTH + i] = 0.5 * (before + after)
