import numpy as np
import pytest
from numba import njit

from hammerscale.crystal.elementary import decay, inverse_cube_root, power, rough_exp2, rough_log2


@njit
def apply_power(x, exponent, out):
    for i in range(x.size):
        out[i] = power(x[i], exponent)


@njit
def apply(function, x, out):
    for i in range(x.size):
        out[i] = function(x[i])


def values(function, x):
    out = np.empty_like(x)
    apply(function, x, out)
    return out


def test_decay_is_the_exponential_to_ten_digits():
    x = np.concatenate([[0.0], np.geomspace(1e-12, 690.0, 20_001)])
    np.testing.assert_allclose(values(decay, x), np.exp(-x), rtol=2e-10)


@pytest.mark.parametrize("exponent", [0.3, 2.6, 33.3, 100.5])
def test_power_is_good_to_nine_digits(exponent):
    x, out = np.geomspace(1e-300, 1e300, 20_001) ** (1.0 / max(exponent, 1.0)), np.empty(20_001)
    apply_power(x, exponent, out)
    np.testing.assert_allclose(out, x**exponent, rtol=1e-9)


def test_power_ends_where_numbers_do():
    out = np.empty(3)
    apply_power(np.array([0.0, 1e-200, 1e200]), 33.3, out)
    assert out.tolist() == [0.0, 0.0, np.inf]


def test_decay_of_huge_arguments_vanishes_and_stays_finite():
    result = values(decay, np.array([7e2, 1e4, 1e300]))
    assert (result >= 0.0).all()
    assert (result < 1e-300).all()


def test_decay_passes_nan_through():
    assert np.isnan(values(decay, np.array([np.nan])))[0]


def test_inverse_cube_root_is_exact_to_round_off():
    x = np.geomspace(1e-6, 1e6, 10_001)
    np.testing.assert_allclose(values(inverse_cube_root, x), np.cbrt(1.0 / x), rtol=2e-15)


def test_rough_logarithm_is_good_to_a_twentieth():
    x = np.geomspace(1e-30, 1e30, 10_001)
    assert np.abs(values(rough_log2, x) - np.log2(x)).max() < 0.05


def test_rough_power_of_two_is_good_to_four_percent():
    x = np.linspace(-40.0, 40.0, 10_001)
    np.testing.assert_allclose(values(rough_exp2, x), 2.0**x, rtol=0.04)
