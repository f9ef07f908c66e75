import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.crystal.flow import flow_rate, fluidity, overstress, rate_scale, signed

exponents = st.sampled_from([1.0, 2.0, 5.0, 6.7])


@given(st.floats(0.1, 300.0), exponents)
def test_rate_is_the_printed_power_law(over, exponent):
    scale = rate_scale(0.3, 20.0, exponent)
    assert flow_rate(over, scale, exponent) == pytest.approx(0.3 * (over / 20.0) ** exponent)


@given(st.floats(0.1, 300.0), exponents)
def test_fluidity_is_the_rate_over_the_stress_and_a_share_of_its_slope(over, exponent):
    scale, step = rate_scale(0.3, 20.0, exponent), 1e-6 * over
    found = fluidity(over, 0.3, 20.0, exponent)
    assert found == pytest.approx(flow_rate(over, scale, exponent) / over)
    ahead, behind = (flow_rate(over + side * step, scale, exponent) for side in (1, -1))
    assert exponent * found == pytest.approx((ahead - behind) / (2 * step), rel=1e-6)


def test_fluidity_is_finite_at_rest():
    assert fluidity(0.0, 0.3, 20.0, 2.0) == fluidity(0.0, 0.3, 20.0, 5.0) == 0.0


@pytest.mark.parametrize(("stress", "expected"), [(-7.0, 3.0), (7.0, 3.0), (3.5, 0.0), (0.0, 0.0)])
def test_nothing_flows_below_the_threshold(stress, expected):
    assert overstress(stress, 3.0, 1.0) == expected


def test_nan_is_not_taken_for_rest():
    assert np.isnan(overstress(np.nan, 3.0, 1.0))


def test_slip_follows_the_sign_of_its_stress():
    np.testing.assert_array_equal(signed(np.array([2.0, 2.0, 0.0]), np.array([5.0, -5.0, 0.0])), [2.0, -2.0, 0.0])
