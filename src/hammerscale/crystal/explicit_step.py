"""The explicit step of a grain: stages of the Runge-Kutta pair, the new state, output inside the step, moving on."""

import numpy as np

from hammerscale.crystal.constants import LawConstants
from hammerscale.crystal.geometry import CrystalGeometry
from hammerscale.crystal.scalar import Scalar, dot
from hammerscale.crystal.state_layout import FIRST_SLIP, StateLayout
from hammerscale.crystal.tableau import ERROR_ESTIMATE, NEW_STATE, SECOND_NODE, THIRD_NODE
from hammerscale.crystal.time_step import output_fraction, write_candidate, write_output


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
    write_candidate(w, new, layout)


def interpolate(w: Scalar, constants: LawConstants, geometry: CrystalGeometry) -> None:
    """Write the output at the next output time, by cubic Hermite interpolation in the last step."""
    layout, done, x = geometry.state_layout, w.done, output_fraction(w)
    new = x * x * (3.0 - 2.0 * x)
    old = 1.0 - new
    before = done * x * (1.0 - x) * (1.0 - x)
    behind = done * x * x * (x - 1.0)
    values = []
    for q in [*range(FIRST_SLIP), layout.evolving, layout.evolving + 1]:
        corners = (w.state[q], w.stage[q], w.first_rate[q], w.rate[q])
        values.append(dot((old, new, before, behind), corners))
    write_output(w, values[:FIRST_SLIP], values[FIRST_SLIP:], constants, geometry)


def commit(w: Scalar, layout: StateLayout) -> None:
    """Move state and rates on where the attempt was accepted."""
    accepted = w.accepted > 0.0
    for q in range(layout.size):
        value = np.where(accepted, w.stage[q], w.state[q])
        w.state[q] = value
        if layout.first_twin <= q < layout.evolving:
            w.start_fraction[q - layout.first_twin] = value
        w.first_rate[q] = np.where(accepted, w.rate[q], w.first_rate[q])
