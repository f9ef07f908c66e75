"""Passes over all blocks of elements: each block works in its own buffer and writes only its own forces and sums.

Elements write their nodal forces block by block and nodes collect them later through a table, so that neither races
nor the number of threads can change a bit.
"""

import numpy as np
from numba import njit

from hammerscale.laws.j2_lanes import STATES as J2_STATES
from hammerscale.laws.j2_lanes import WORK as J2_WORK
from hammerscale.laws.j2_lanes import j2_lanes
from hammerscale.macro.element_lanes import (
    CONSTANTS,
    HOURGLASS_ENERGY,
    MEMORY,
    OLD_VOLUME,
    POSITION,
    REFERENCE_VOLUME,
    ROWS,
    SHAPE,
    VISCOUS_STRESS,
    VISCOUS_WORK,
    force_lanes,
    gradient_lanes,
    row_product,
    row_sum,
    smallest_step,
    stress_lanes,
)
from hammerscale.tensor.lanes import CAUCHY, GRADIENT, LAW, VOLUME, WIDTH

# Sums per block: what a step adds up.
STEP_MIN, HOURGLASS_SUM, VISCOUS_SUM, WORK_SUM = range(4)
SUMS = 4


@njit(cache=True, error_model="numpy")
def _load(w, block, position, nodes, constants, memory):  # type: ignore[no-untyped-def]
    """Fill a block's buffer: positions of its nodes, constants, what the step before left; then F."""
    # Unsigned places in shifted views: no test for negative indices stands in the way.
    x, y, z = position, position[1:], position[2:]
    for a in range(8):
        for i in range(WIDTH):
            place = nodes[(block * 8 + a) * WIDTH + i]
            w[(POSITION + a) * WIDTH + i] = x[place]
            w[(POSITION + 8 + a) * WIDTH + i] = y[place]
            w[(POSITION + 16 + a) * WIDTH + i] = z[place]
    start = block * CONSTANTS * WIDTH
    for i in range(CONSTANTS * WIDTH):
        w[SHAPE * WIDTH + i] = constants[start + i]
    for i in range(MEMORY * WIDTH):
        w[OLD_VOLUME * WIDTH + i] = memory[block * MEMORY * WIDTH + i]
    gradient_lanes(w)


@njit(cache=True, error_model="numpy")
def _unload(w, block, numbers, inverse_dt, force, memory, sums):  # type: ignore[no-untyped-def]
    """From the Cauchy stress in the buffer to forces, memory and the block's sums."""
    density, speed, linear, quadratic = numbers
    stress_lanes(w, density, speed, linear, quadratic, inverse_dt)
    force_lanes(w)
    start = block * 24 * WIDTH
    for i in range(24 * WIDTH):
        force[start + i] = w[POSITION * WIDTH + i]
    for i in range(WIDTH):
        memory[block * MEMORY * WIDTH + i] = w[VOLUME * WIDTH + i]
        memory[(block * MEMORY + 1) * WIDTH + i] = w[VISCOUS_STRESS * WIDTH + i]
    sums[block, HOURGLASS_SUM] = row_sum(w, HOURGLASS_ENERGY)
    sums[block, VISCOUS_SUM] = row_sum(w, VISCOUS_WORK)
    sums[block, STEP_MIN] = smallest_step(w)


@njit(cache=True, error_model="numpy", nogil=True)
def j2_blocks(first, last, position, nodes, constants, old, new, numbers, law, inverse_dt, force, sums):  # type: ignore[no-untyped-def]
    """Advance blocks first ... last - 1 of J2 material, `old` and `new` being (states, memory) by block."""
    w = np.zeros(ROWS * WIDTH)
    (old_state, old_memory), (new_state, new_memory) = old, new
    bulk, shear, yield_stress, hardening = law
    for block in range(first, last):
        _load(w, block, position, nodes, constants, old_memory)
        start = block * J2_STATES * WIDTH
        for i in range(J2_STATES * WIDTH):
            w[LAW * WIDTH + i] = old_state[start + i]
        j2_lanes(w, bulk, shear, yield_stress, hardening)
        for i in range(J2_STATES * WIDTH):
            new_state[start + i] = w[LAW * WIDTH + i]
        _unload(w, block, numbers, inverse_dt, force, new_memory, sums)
        sums[block, WORK_SUM] = row_product(w, LAW + J2_WORK, REFERENCE_VOLUME)


@njit(cache=True, error_model="numpy", nogil=True)
def gradient_blocks(first, last, position, nodes, constants, memory, gradient):  # type: ignore[no-untyped-def]
    """Write the deformation gradients (m, 9) of the elements of some blocks."""
    w = np.zeros(ROWS * WIDTH)
    for block in range(first, last):
        _load(w, block, position, nodes, constants, memory)
        for i in range(min(WIDTH, gradient.shape[0] - block * WIDTH)):
            for k in range(9):
                gradient[block * WIDTH + i, k] = w[(GRADIENT + k) * WIDTH + i]


@njit(cache=True, error_model="numpy", nogil=True)
def force_blocks(first, last, position, nodes, constants, old, new, numbers, inverse_dt, force, sums):  # type: ignore[no-untyped-def]
    """Forces of some blocks from Cauchy stresses; each of `old`, `new` is (F (m, 9), σ (m, 9), memory)."""
    w = np.zeros(ROWS * WIDTH)
    (old_gradient, old_cauchy, old_memory), (new_gradient, new_cauchy, new_memory) = old, new
    for block in range(first, last):
        _load(w, block, position, nodes, constants, old_memory)
        work = 0.0
        for i in range(min(WIDTH, new_cauchy.shape[0] - block * WIDTH)):
            p = block * WIDTH + i
            for k in range(6):
                w[(CAUCHY + k) * WIDTH + i] = new_cauchy[p, (0, 4, 8, 1, 5, 2)[k]]
            v = w[REFERENCE_VOLUME * WIDTH + i]
            work += v * stress_work(old_gradient[p], old_cauchy[p], new_gradient[p], new_cauchy[p])
        _unload(w, block, numbers, inverse_dt, force, new_memory, sums)
        sums[block, WORK_SUM] = work


@njit(cache=True, error_model="numpy")
def stress_work(old_gradient, old_cauchy, new_gradient, new_cauchy):  # type: ignore[no-untyped-def]
    """Return ½ (P_old + P_new) : ΔF per reference volume, with P = σ cof F, all (9,) row by row."""
    work = 0.0
    for r in range(3):
        r1, r2 = (r + 1) % 3, (r + 2) % 3
        for c in range(3):
            c1, c2 = (c + 1) % 3, (c + 2) % 3
            old_cofactor = (
                old_gradient[3 * r1 + c1] * old_gradient[3 * r2 + c2]
                - old_gradient[3 * r1 + c2] * old_gradient[3 * r2 + c1]
            )
            new_cofactor = (
                new_gradient[3 * r1 + c1] * new_gradient[3 * r2 + c2]
                - new_gradient[3 * r1 + c2] * new_gradient[3 * r2 + c1]
            )
            for i in range(3):
                change = new_gradient[3 * i + c] - old_gradient[3 * i + c]
                mean = old_cauchy[3 * i + r] * old_cofactor + new_cauchy[3 * i + r] * new_cofactor
                work += 0.5 * mean * change
    return work
