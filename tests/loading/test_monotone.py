"""The cubics of a path are SciPy's monotone cubics, bit for bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.interpolate import PchipInterpolator

from hammerscale.loading.knots import pchip
from hammerscale.streams import stream

# Few different numbers, so that flat pieces and extrema occur often.
LEVELS = st.one_of(st.sampled_from([0.0, 0.5, 1.0, 1.5, -1.0]), st.floats(-3.0, 3.0, allow_subnormal=False))


@given(data=st.data(), segments=st.integers(1, 12))
def test_coefficients_are_those_of_scipy(data, segments):
    gaps = data.draw(hnp.arrays(float, segments, elements=st.floats(1e-3, 1.0)))
    inner = np.cumsum(gaps)[:-1] / gaps.sum()
    times = np.concatenate([[0.0], inner, [1.0]])
    values = data.draw(hnp.arrays(float, (segments + 1, 6), elements=LEVELS))
    path = pchip(times, values)
    expected = PchipInterpolator(times, values, axis=0).c[::-1].transpose(1, 2, 0)
    np.testing.assert_array_equal(path.coefficients, expected)
    assert path.coefficients.flags.c_contiguous


def test_so_are_those_of_many_walks():
    for number in range(300):
        rng = stream(1, number, "walk")
        times = np.concatenate([[0.0], np.sort(rng.random(9)), [1.0]])
        values = 1.0 + np.cumsum(rng.choice([-0.1, 0.1], (11, 6)) * np.sqrt(rng.random((11, 1))), axis=0)
        expected = PchipInterpolator(times, values, axis=0).c[::-1].transpose(1, 2, 0)
        np.testing.assert_array_equal(pchip(times, values).coefficients, expected)
