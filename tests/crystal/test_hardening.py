import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.crystal.hardening import slip_threshold, twin_threshold

LATENT, SATURATION, MODULUS, COUPLING, SELF = 20.0, 170.0, 40e3, 80e3, 7.0
numbers = st.integers(2, 6).flatmap(lambda n: st.lists(st.floats(1e-4, 0.05), min_size=n, max_size=n))


def slope(function, x, k, step=1e-6):
    ahead, behind = x.copy(), x.copy()
    ahead[k], behind[k] = x[k] + step, x[k] - step
    return (function(ahead) - function(behind)) / (2 * step)


@given(numbers)
def test_slip_threshold_is_the_slope_of_the_energy_of_a_family(slips):
    e = np.array(slips)

    def energy(e):
        pairs = 0.5 * LATENT * (e.sum() ** 2 - (e**2).sum())
        return pairs + SATURATION * (e + SATURATION / MODULUS * np.exp(-MODULUS * e / SATURATION)).sum()

    for k in range(len(e)):
        found = slip_threshold(e[k], e.sum() - e[k], MODULUS / SATURATION, SATURATION, LATENT)
        assert found == pytest.approx(slope(energy, e, k), abs=1e-3)


@given(numbers)
def test_twin_threshold_is_the_slope_of_the_twin_energy(fractions):
    x = np.array(fractions)

    def energy(x):
        return 0.5 * COUPLING * (x.sum() ** 2 - (x**2).sum()) + 0.5 * SELF * (x**2).sum()

    for k in range(len(x)):
        found = twin_threshold(x[k], COUPLING * x.sum(), SELF - COUPLING)
        assert found == pytest.approx(slope(energy, x, k), abs=1e-3)


def test_threshold_rises_from_zero_to_its_saturation():
    assert slip_threshold(0.0, 0.0, 100.0, SATURATION, 0.0) == 0.0
    assert slip_threshold(1.0, 0.0, 100.0, SATURATION, 0.0) == pytest.approx(SATURATION)
