"""The paths of points."""

import numpy as np

from hammerscale.macro.records.point_paths import PointPaths
from tests.macro.bodies import taylor_magnesium

LAW = taylor_magnesium(1)


def stretched(times):
    """Return gradients (t, 1, 3, 3) of a uniaxial stretch that is linear in time."""
    gradient = np.tile(np.eye(3), (len(times), 1, 1, 1))
    gradient[:, 0, 0, 0] += times
    return gradient


def paths_of(count, longest):
    paths = PointPaths(LAW, 1, longest)
    for gradient in stretched(np.arange(1, count + 1) / count):
        paths.add(1.0 / count, gradient)
    return paths


def test_paths_begin_at_rest_and_hold_every_step():
    paths = paths_of(10, 100)
    np.testing.assert_allclose(paths.times, np.arange(11) / 10)
    np.testing.assert_allclose(paths.history()[:, 0, 0], 1.0 + np.arange(11) / 10, rtol=1e-14)


def test_long_paths_become_coarser_and_keep_both_ends():
    paths = paths_of(1000, 20)
    assert len(paths.times) <= 20
    np.testing.assert_allclose(paths.history()[:, 0, 0], 1.0 + np.array(paths.times), rtol=1e-12)
    np.testing.assert_allclose([paths.times[0], paths.times[-1]], [0.0, 1.0], atol=1e-12)


def test_paths_go_on_from_their_snapshot():
    whole, half = paths_of(10, 100), paths_of(10, 100)
    rest = PointPaths(LAW, 1, 100)
    rest.restore(half.snapshot())
    for paths in (whole, rest):
        paths.add(0.1, stretched(np.array([0.7]))[0])
    np.testing.assert_array_equal(rest.history(), whole.history())
    assert rest.times == whole.times
