"""Strain paths are the exact functions they are named after."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from hammerscale.errors import InputError
from hammerscale.loading.cavity import cavity, cavity_constant
from hammerscale.loading.cyclic import cyclic
from hammerscale.loading.knots import pchip
from hammerscale.loading.load_unload import load_unload
from hammerscale.loading.path import check_admissible
from hammerscale.loading.recipe import NO_KNOTS, PathRecipe, rules
from hammerscale.loading.uniaxial import uniaxial
from hammerscale.loading.uniaxial_true import uniaxial_true
from hammerscale.tensor.voigt import IDENTITY, determinant

TIMES = np.linspace(0.0, 1.0, 301)


def stretch_11_22(path):
    stretch = path.stretch(TIMES)
    np.testing.assert_array_equal(stretch[:, 2:], np.tile([1.0, 0, 0, 0], (TIMES.size, 1)))
    return stretch[:, 0], stretch[:, 1]


def test_uniaxial_is_isochoric_with_the_printed_stretch():
    u11, u22 = stretch_11_22(uniaxial(0.3))
    np.testing.assert_allclose(u11, 1 + 0.3 * TIMES, rtol=1e-15)
    np.testing.assert_allclose(u11 * u22, 1.0, rtol=1e-15)


def test_true_uniaxial_strain_changes_the_volume():
    u11, u22 = stretch_11_22(uniaxial_true(0.3))
    np.testing.assert_allclose(u11, 1 + 0.3 * TIMES, rtol=1e-15)
    np.testing.assert_array_equal(u22, 1.0)


def test_load_unload_peaks_at_half_time_and_returns():
    u11, u22 = stretch_11_22(load_unload(0.2))
    np.testing.assert_allclose(u11, 1 + 0.4 * np.minimum(TIMES, 1 - TIMES), rtol=1e-15)
    np.testing.assert_allclose(u11 * u22, 1.0, rtol=1e-15)
    assert 0.5 in load_unload(0.2).breakpoints


def test_cavity_follows_its_formula_and_reaches_the_strain_asked_for():
    c = cavity_constant(0.1)
    u11, u22 = stretch_11_22(cavity(c))
    np.testing.assert_allclose(u11, 1 / np.sqrt(1 + c * TIMES**2), rtol=1e-15)
    np.testing.assert_allclose(u11 * u22, 1.0, rtol=1e-15)
    assert u11[-1] == pytest.approx(0.9, rel=1e-14)


def test_cyclic_swings_to_both_sides_once_per_cycle():
    u11, _ = stretch_11_22(cyclic(0.1, 3))
    np.testing.assert_allclose(u11, 1 + 0.1 * np.interp(12 * TIMES % 4, [0, 1, 3, 4], [0, 1, -1, 0]), atol=1e-13)


@pytest.mark.parametrize("rule", [rule for rule in rules() if rule != "pchip"])
def test_a_formula_is_rebuilt_from_its_rule_and_numbers(rule):
    path = PathRecipe(rule, *NO_KNOTS, amplitude=0.1, cycles=2).path()
    assert path.kind == rule
    np.testing.assert_array_equal(path.stretch(np.zeros(1))[0], IDENTITY)


@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_knots_are_joined_by_the_monotone_cubic_of_scipy(seed, knots):
    rng = np.random.default_rng(seed)
    times = np.concatenate([[0.0], np.sort(rng.uniform(0.01, 0.99, knots - 2)), [1.0]])
    if np.diff(times).min() < 1e-3:
        return
    stretch = IDENTITY + 0.1 * rng.standard_normal((knots, 6))
    path = pchip(times, stretch)
    np.testing.assert_allclose(path.stretch(TIMES), PchipInterpolator(times, stretch)(TIMES), atol=1e-12)
    np.testing.assert_allclose(path.stretch(times), stretch, atol=1e-14)


@pytest.mark.parametrize(
    ("times", "message"),
    [([0.0, 0.5, 0.5, 1.0], "rise strictly"), ([0.1, 0.3, 0.5, 1.0], "from 0 to 1"), ([0, np.nan, 0.5, 1], "finite")],
)
def test_impossible_knot_times_are_refused(times, message):
    with pytest.raises(InputError, match=message):
        pchip(np.array(times), np.tile(IDENTITY, (4, 1)))


def test_a_path_that_turns_matter_inside_out_is_refused_with_its_time():
    stretch = np.stack([IDENTITY, IDENTITY - [2.0, 0, 0, 0, 0, 0]])
    with pytest.raises(InputError, match=r"path 7.*t = 1"):
        check_admissible(pchip(np.array([0.0, 1.0]), stretch), "path 7")
    assert determinant(stretch)[1] < 0
