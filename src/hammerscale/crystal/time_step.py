"""One time step of a grain: stages of the Runge-Kutta pair, the new state, output inside the step, moving on.

Each function reads and writes the numbers `w` of one grain (`backend.block` names them).
"""

import numpy as np

from hammerscale.crystal.scalar import Scalar, dot
from hammerscale.crystal.state_layout import FIRST_SLIP, StateLayout
from hammerscale.crystal.tableau import ERROR_ESTIMATE, NEW_STATE, SECOND_NODE, THIRD_NODE
from hammerscale.crystal.twinning import bounded_fractions
from hammerscale.tensor.voigt import COLUMN, ROW


def evaluate_path(w: Scalar, node: Scalar) -> None:
    """Write the cubics of the stretch at the time of a node of the step."""
    t = w.time - w.segment_start + node * w.attempt
    for k in range(6):
        c = [w.path[4 * k + j] for j in range(4)]
        w.stretch[k] = c[0] + t * (c[1] + t * (c[2] + t * c[3]))


def second_stage(w: Scalar, layout: StateLayout) -> None:
    """Write the stage at the second node."""
    h = SECOND_NODE * w.attempt
    for q in range(layout.evolving):
        w.stage[q] = w.state[q] + h * w.first_rate[q]


def third_stage(w: Scalar, layout: StateLayout) -> None:
    """Keep the rates of the second stage and write the stage at the third node."""
    h = THIRD_NODE * w.attempt
    for q in range(layout.size):
        rate = w.rate[q]
        w.second_rate[q] = rate
        if q < layout.evolving:
            w.stage[q] = w.state[q] + h * rate


def candidate(w: Scalar, layout: StateLayout) -> None:
    """Write the new state, det = 1 and twin fractions inside their bounds, and the error without the last stage."""
    h = w.attempt
    new = []
    for q in range(layout.size):
        rates = [w.first_rate[q], w.second_rate[q], w.rate[q]]
        new.append(w.state[q] + h * dot(NEW_STATE, rates))
        if q < layout.evolving:
            w.estimate[q] = dot(ERROR_ESTIMATE[:3], rates)
        # G̃ and the fractions are corrected before they are written.
        if FIRST_SLIP <= q < layout.first_twin or q >= layout.evolving:
            w.stage[q] = new[q]
    _write_tilde(w, new[:FIRST_SLIP])
    _write_fractions(w, new[layout.first_twin : layout.evolving], layout)


def _write_tilde(w: Scalar, y: list[Scalar]) -> None:
    """Write G̃ (9,) after one Newton step towards det = 1, which squares the error that the integrator leaves."""
    determinant = y[0] * (y[4] * y[8] - y[5] * y[7]) - y[1] * (y[3] * y[8] - y[5] * y[6])
    determinant = determinant + y[2] * (y[3] * y[7] - y[4] * y[6])
    scale = (4.0 - determinant) * (1.0 / 3.0)
    for q in range(FIRST_SLIP):
        w.stage[q] = y[q] * scale


def _write_fractions(w: Scalar, free: list[Scalar], layout: StateLayout) -> None:
    """Write the new twin fractions (n_twin,) put back into their bounds, and how far they were off."""
    if not free:
        w.overshoot = 0.0
        return
    for b, fraction in enumerate(free):
        w.free_fraction[b] = fraction
    bounded, w.overshoot = bounded_fractions(free)
    for b, fraction in enumerate(bounded):
        w.stage[layout.first_twin + b] = fraction


def interpolate(w: Scalar, layout: StateLayout) -> None:
    """Write G̃G̃ᵀ and the energies at the next output time, by cubic Hermite interpolation in the last step."""
    done = w.done
    x = 1.0 - (w.time - w.next_output) / np.where(done > 0.0, done, 1.0)
    # Round-off, and lanes that have no output now.
    x = np.where(x > 0.0, x, 0.0)
    x = np.where((x < 1.0) & (done > 0.0), x, 1.0)
    new = x * x * (3.0 - 2.0 * x)
    old = 1.0 - new
    before = done * x * (1.0 - x) * (1.0 - x)
    behind = done * x * x * (x - 1.0)
    values = []
    for q in [*range(FIRST_SLIP), layout.evolving, layout.evolving + 1]:
        corners = (w.state[q], w.stage[q], w.first_rate[q], w.rate[q])
        values.append(dot((old, new, before, behind), corners))
    for k, (r, s) in enumerate(zip(ROW, COLUMN, strict=True)):
        w.output[k] = dot(values[3 * r : 3 * r + 3], values[3 * s : 3 * s + 3])
    w.output[6], w.output[7] = values[FIRST_SLIP:]


def commit(w: Scalar, layout: StateLayout) -> None:
    """Move state and rates on where the attempt was accepted."""
    accepted = w.accepted > 0.0
    for q in range(layout.size):
        value = np.where(accepted, w.stage[q], w.state[q])
        w.state[q] = value
        if layout.first_twin <= q < layout.evolving:
            w.start_fraction[q - layout.first_twin] = value
        w.first_rate[q] = np.where(accepted, w.rate[q], w.first_rate[q])
