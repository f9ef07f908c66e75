"""The paths of points."""

import numpy as np

from hammerscale.macro.trail import Trail
from tests.macro.bodies import taylor_magnesium

LAW = taylor_magnesium(1)


def stretched(times):
    """Return gradients (t, 1, 3, 3) of a uniaxial stretch that is linear in time."""
    gradient = np.tile(np.eye(3), (len(times), 1, 1, 1))
    gradient[:, 0, 0, 0] += times
    return gradient


def trail_of(count, longest):
    trail = Trail(LAW, 1, longest)
    for gradient in stretched(np.arange(1, count + 1) / count):
        trail.add(1.0 / count, gradient)
    return trail


def test_a_trail_begins_at_rest_and_holds_every_step():
    trail = trail_of(10, 100)
    np.testing.assert_allclose(trail.times, np.arange(11) / 10)
    np.testing.assert_allclose(trail.history()[:, 0, 0], 1.0 + np.arange(11) / 10, rtol=1e-14)


def test_a_long_trail_is_told_more_coarsely_and_keeps_both_ends():
    trail = trail_of(1000, 20)
    assert len(trail.times) <= 20
    np.testing.assert_allclose(trail.history()[:, 0, 0], 1.0 + np.array(trail.times), rtol=1e-12)
    np.testing.assert_allclose([trail.times[0], trail.times[-1]], [0.0, 1.0], atol=1e-12)


def test_a_trail_goes_on_from_its_snapshot():
    whole, half = trail_of(10, 100), trail_of(10, 100)
    rest = Trail(LAW, 1, 100)
    rest.restore(half.snapshot())
    for trail in (whole, rest):
        trail.add(0.1, stretched(np.array([0.7]))[0])
    np.testing.assert_array_equal(rest.history(), whole.history())
    assert rest.times == whole.times
