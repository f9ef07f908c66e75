"""Passes over all blocks of elements: each block works in its own buffer and writes only its own forces and sums.

Elements write their nodal forces block by block and nodes collect them later through a table, so that neither races
nor the number of threads can change a bit.
"""

import numpy as np

from hammerscale.compiler import njit
from hammerscale.laws.j2_lanes import STATES as J2_STATES
from hammerscale.laws.j2_lanes import WORK as J2_WORK
from hammerscale.laws.j2_lanes import j2_lanes
from hammerscale.macro.explicit.element_lanes import (
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
from hammerscale.tensor.lanes import LAW, VOLUME, WIDTH

# Sums per block: what a step adds up.
STEP_MIN, HOURGLASS_SUM, VISCOUS_SUM, WORK_SUM = range(4)
SUMS = 4


@njit(cache=True, error_model="numpy")
def copy_rows(source, start, target, row, count):  # type: ignore[no-untyped-def]
    """Copy `count` numbers from source[start] on to the rows of `target` from `row` on.

    The loop variable alone indexes the shifted views. For `start + i` the compiler would have to test for negative
    indices, and that test leaves the copy scalar, five times slower.
    """
    here, there = source[start : start + count], target[row * WIDTH : row * WIDTH + count]
    for i in range(count):
        there[i] = here[i]


@njit(cache=True, error_model="numpy")
def load_positions(w, block, position, nodes):  # type: ignore[no-untyped-def]
    """Write the positions of a block's nodes to its buffer."""
    # Unsigned places in shifted views need no test for negative indices, which would prevent vector code.
    x, y, z = position, position[1:], position[2:]
    places = nodes[block * 8 * WIDTH : (block + 1) * 8 * WIDTH]
    for i in range(8 * WIDTH):
        place = places[i]
        w[POSITION * WIDTH + i] = x[place]
        w[(POSITION + 8) * WIDTH + i] = y[place]
        w[(POSITION + 16) * WIDTH + i] = z[place]


@njit(cache=True, error_model="numpy")
def load_constants(w, block, constants, memory):  # type: ignore[no-untyped-def]
    """Write a block's constants and the memory of the last step to its buffer."""
    copy_rows(constants, block * CONSTANTS * WIDTH, w, SHAPE, CONSTANTS * WIDTH)
    copy_rows(memory, block * MEMORY * WIDTH, w, OLD_VOLUME, MEMORY * WIDTH)


@njit(cache=True, error_model="numpy")
def unload(w, block, numbers, inverse_dt, force, memory, sums):  # type: ignore[no-untyped-def]
    """Write forces, memory and the block's sums from the Cauchy stress in the buffer."""
    density, speed, linear, quadratic = numbers
    stress_lanes(w, density, speed, linear, quadratic, inverse_dt)
    force_lanes(w)
    copy_rows(w, POSITION * WIDTH, force[block * 24 * WIDTH :], 0, 24 * WIDTH)
    # The next step needs det F and the viscous stress of this one.
    kept = memory[block * MEMORY * WIDTH :]
    copy_rows(w, VOLUME * WIDTH, kept, 0, WIDTH)
    copy_rows(w, VISCOUS_STRESS * WIDTH, kept, 1, WIDTH)
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
        load_positions(w, block, position, nodes)
        load_constants(w, block, constants, old_memory)
        gradient_lanes(w)
        start, count = block * J2_STATES * WIDTH, J2_STATES * WIDTH
        copy_rows(old_state, start, w, LAW, count)
        j2_lanes(w, bulk, shear, yield_stress, hardening)
        copy_rows(w, LAW * WIDTH, new_state[start:], 0, count)
        unload(w, block, numbers, inverse_dt, force, new_memory, sums)
        sums[block, WORK_SUM] = row_product(w, LAW + J2_WORK, REFERENCE_VOLUME)


@njit(cache=True, error_model="numpy")
def pass_totals(sums):  # type: ignore[no-untyped-def]
    """Return smallest step, hourglass energy, viscous work and work of the stresses of a pass from its block sums.

    The additions run from the first block to the last, whatever the number of threads.
    """
    smallest, hourglass, viscous, work = np.inf, 0.0, 0.0, 0.0
    for block in range(sums.shape[0]):
        step = sums[block, STEP_MIN]
        # A step that is not a number is kept: no later comparison replaces it.
        if step < smallest or np.isnan(step):
            smallest = step
        hourglass += sums[block, HOURGLASS_SUM]
        viscous += sums[block, VISCOUS_SUM]
        work += sums[block, WORK_SUM]
    return smallest, hourglass, viscous, work
