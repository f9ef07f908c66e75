"""What each optional capability of a law or a unit cell promises."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from hammerscale.capabilities import Concurrent, Limited, Remembering, Weighed, last_costs, remembering, responses
from hammerscale.cell.cases.case import read_case
from hammerscale.cell.unit_cell import UnitCell
from hammerscale.laws.law import Law
from hammerscale.loading.path import StrainPath
from hammerscale.tensor.voigt import to_matrix

REST = np.eye(3)[None]


def piola_stress(law: Law, state: np.ndarray, old: np.ndarray, new: np.ndarray, duration_s: float) -> np.ndarray:
    """Return P (n, 3, 3) after a step."""
    cauchy, status = law.advance(state, old, new, duration_s, np.empty_like(state))
    assert (status == 0).all()
    return np.linalg.det(new)[:, None, None] * cauchy @ np.linalg.inv(new).swapaxes(1, 2)


def check_tangent(
    law: Law, state: np.ndarray, old: np.ndarray, new: np.ndarray, duration_s: float, tolerance: float = 1e-6
) -> None:
    """The tangent is that of the step by central differences, to `tolerance` of its largest entry."""
    change = 2e-6
    found = law.tangent(state, old, new, duration_s)
    slopes = np.empty_like(found)
    for k, m in np.ndindex(3, 3):
        moved = np.zeros((3, 3))
        moved[k, m] = change
        up, down = (piola_stress(law, state, old, new + sign * moved, duration_s) for sign in (1.0, -1.0))
        slopes[..., k, m] = (up - down) / (2.0 * change)
    np.testing.assert_allclose(found, slopes, atol=tolerance * np.abs(slopes).max())


def check_newton_is_quadratic(law: Law, stretch: float, duration_s: float) -> None:
    """Newton's method finds the lateral stretches of uniaxial tension, each error below the square of the last."""
    state, new, errors = law.initial_state(1), np.diag([stretch, 1.0, 1.0])[None], []
    for _ in range(12):
        lateral = piola_stress(law, state, REST, new, duration_s)[0].diagonal()[1:]
        tangent = law.tangent(state, REST, new, duration_s)[0]
        stiffness = np.array([[tangent[i, i, j, j] for j in (1, 2)] for i in (1, 2)])
        errors.append(np.abs(np.linalg.solve(stiffness, lateral)).max())
        new[0, [1, 2], [1, 2]] -= np.linalg.solve(stiffness, lateral)
    assert errors[-1] < 1e-13
    near = [pair for pair in pairwise(errors) if 1e-7 < pair[0] < 1e-2]
    assert near
    assert all(after < 10.0 * before**2 for before, after in near)


def check_batch(cell: UnitCell, paths: Sequence[StrainPath], durations_s: np.ndarray) -> None:
    """Paths that run together give the bits that each gives alone."""
    times = np.linspace(0.0, 1.0, 5)
    together = responses(cell, paths, times, durations_s)
    for path, duration_s, response in zip(paths, durations_s, together, strict=True):
        alone = cell.response(path, times, float(duration_s))
        np.testing.assert_array_equal(response.stress, alone.stress)
        assert response.outcome == alone.outcome


def check_costs(law: Law, gradient: np.ndarray, duration_s: float) -> None:
    """The work of a step is a positive number per point, whatever the neighbours do."""
    assert isinstance(law, Weighed)
    costs = []
    for part in (gradient, gradient[:1]):
        state = law.initial_state(len(part))
        new = np.empty_like(state)
        law.advance(state, np.repeat(REST, len(part), axis=0), part, duration_s, new)
        costs.append(last_costs(law, new))
    assert costs[0].shape == (len(gradient),)
    assert (costs[0] > 0.0).all()
    assert costs[0][0] == costs[1][0]


def check_concurrent(law: Law) -> None:
    """A cell at every point is weighed and lies in a plane or in space."""
    assert isinstance(law, Concurrent)
    assert isinstance(law.plane, bool)


def check_written_path(law: Law, file: Path) -> None:
    """What is written is a case with the stretches that the points saw, at their times."""
    assert isinstance(law, Remembering)
    assert remembering(law) is law
    gradient = np.eye(3) + np.array([0.0, 0.01, 0.03])[:, None, None] * np.diag([1.0, -0.4, -0.5])
    stretch = law.stretch(gradient)
    np.testing.assert_allclose(to_matrix(stretch), gradient, atol=1e-12)
    times_s = np.array([0.0, 1e-7, 4e-7])
    law.write_path(file, times_s, stretch)
    case = read_case(file)
    assert np.isclose(case.duration_s, times_s[-1], rtol=1e-12)
    np.testing.assert_allclose(case.path.stretch(times_s / times_s[-1]), stretch, atol=1e-12)


def check_limits(law: Law) -> None:
    """A law follows a point to its longest time and not beyond, and no step may be longer than that."""
    assert isinstance(law, Limited)
    assert 0.0 < law.longest_step_s <= law.longest_run_s < np.inf
    state = law.initial_state(1)
    end = np.empty_like(state)
    assert law.advance(state, REST, REST, law.longest_run_s, end)[1][0] == 0
    assert law.advance(end, REST, REST, law.longest_step_s, np.empty_like(end))[1][0] != 0
