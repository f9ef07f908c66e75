"""What every unit cell must do, whatever is inside."""

from itertools import pairwise

import numpy as np

from hammerscale.arrays import Outcome
from hammerscale.cell.unit_cell import UnitCell
from hammerscale.loading.knots import piecewise_linear
from hammerscale.loading.path import StrainPath
from hammerscale.tensor.voigt import COMPONENTS, IDENTITY


def check_shapes_at_rest(cell: UnitCell, points: int = 3) -> None:
    """States are float64 rows; a zero increment at rest gives zero stress and leaves the state as it was."""
    state = cell.initial_state(points)
    assert state.dtype == np.float64
    assert state.flags.c_contiguous
    assert state.shape[0] == points
    rest = np.tile(IDENTITY, (points, 1))
    new = np.full_like(state, np.nan)
    stress, status = cell.advance(state, rest, rest, 1e-9, new)
    assert stress.shape == (points, 6)
    assert status.shape == (points,)
    assert (status == Outcome.CONVERGED).all()
    # Pa, against moduli of order 1e10: round-off of a stress-free state
    np.testing.assert_allclose(stress, 0.0, atol=1e-2)
    # A limit in the state, such as the largest step allowed, may be infinite.
    assert not np.isnan(new).any()
    assert cell.sound_speed(state).shape == (points,)
    assert all(field.shape == (points,) for field in cell.outputs(new).values())


def check_purity(cell: UnitCell, stretch: np.ndarray, duration_s: float) -> None:
    """`advance` never writes its inputs, and trying a step twice gives the same bits."""
    points = len(stretch)
    state = cell.initial_state(points)
    rest = np.tile(IDENTITY, (points, 1))
    copies = state.copy(), rest.copy(), stretch.copy()
    first, second = np.empty_like(state), np.empty_like(state)
    stress_first, _ = cell.advance(state, rest, stretch, duration_s, first)
    stress_second, _ = cell.advance(state, rest, stretch, duration_s, second)
    for original, copy in zip((state, rest, stretch), copies, strict=True):
        np.testing.assert_array_equal(original, copy)
    np.testing.assert_array_equal(stress_first, stress_second)
    np.testing.assert_array_equal(first, second)


def check_points_are_independent(cell: UnitCell, stretch: np.ndarray, duration_s: float) -> None:
    """A batch gives each point the bits that it gets alone."""
    together, _ = _advance_from_rest(cell, stretch, duration_s)
    alone = np.concatenate([_advance_from_rest(cell, row[None], duration_s)[0] for row in stretch])
    np.testing.assert_array_equal(together, alone)


def _advance_from_rest(cell: UnitCell, stretch: np.ndarray, duration_s: float) -> tuple[np.ndarray, np.ndarray]:
    state = cell.initial_state(len(stretch))
    rest = np.tile(IDENTITY, (len(stretch), 1))
    new = np.empty_like(state)
    stress, status = cell.advance(state, rest, stretch, duration_s, new)
    assert (status == Outcome.CONVERGED).all()
    return stress, new


def check_stepping_equals_path(
    cell: UnitCell, end: np.ndarray, duration_s: float, steps: int, tolerance: float
) -> None:
    """Advancing along a straight path in steps gives the stress of `response`, to `tolerance` of its largest entry."""
    path: StrainPath = piecewise_linear(np.array([0.0, 1.0]), np.stack([IDENTITY, end]))
    times = np.linspace(0.0, 1.0, steps + 1)
    whole = cell.response(path, times, duration_s)
    assert whole.outcome == Outcome.CONVERGED
    columns = [COMPONENTS.index(name) for name in cell.components]
    stretch = path.stretch(times)
    state, new = cell.initial_state(1), cell.initial_state(1)
    stepped = [np.zeros(len(columns))]
    for old_stretch, new_stretch in pairwise(stretch):
        stress, status = cell.advance(state, old_stretch[None], new_stretch[None], duration_s / steps, new)
        assert status[0] == Outcome.CONVERGED
        stepped.append(stress[0, columns])
        state, new = new, state
    np.testing.assert_allclose(np.array(stepped), whole.stress, atol=tolerance * np.abs(whole.stress).max())


def check_impossible_stretch_is_an_outcome(cell: UnitCell, duration_s: float) -> None:
    """A stretch that is not a number comes back as a status of its own point and harms no other point."""
    good = IDENTITY + np.array([0.001, -0.001, 0.0, 0.0, 0.0, 0.0])
    stretch = np.stack([good, np.full(6, np.nan), good])
    state = cell.initial_state(3)
    new = np.empty_like(state)
    stress, status = cell.advance(state, np.tile(IDENTITY, (3, 1)), stretch, duration_s, new)
    assert status[1] != Outcome.CONVERGED
    assert status[0] == status[2] == Outcome.CONVERGED
    np.testing.assert_array_equal(stress[0], stress[2])
