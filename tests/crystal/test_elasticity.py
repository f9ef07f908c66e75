"""The stored energy and its slopes against differences, and against the tensor form of the printed model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from hammerscale.crystal import elasticity
from hammerscale.crystal.backend import scalar_kernels
from hammerscale.crystal.elasticity import left_energy, left_stress, longitudinal_speed, mandel_deviator
from hammerscale.crystal.geometry import SYMMETRIC_BASIS
from hammerscale.tensor.voigt import COLUMN, ROW, from_matrix
from tests.crystal.materials import MAGNESIUM
from tests.crystal.plain import plain_crystal

SHEAR, VOLUMETRIC = 25.0, 24.0
STEP = 1e-4
volumes, traces = st.floats(0.5, 2.0), st.floats(2.5, 5.0)


def energy(trace, volume):
    return elasticity.stored_energy(trace, volume, volume ** (-2 / 3), SHEAR, VOLUMETRIC)


def shape(trace, volume):
    return elasticity.shape_stress(trace, 1 / volume, volume ** (-2 / 3), SHEAR)


def volume_slope(trace, volume):
    return elasticity.volume_slope(volume, shape(trace, volume), VOLUMETRIC)


def difference(function, x):
    return (8 * (function(x + STEP) - function(x - STEP)) - function(x + 2 * STEP) + function(x - 2 * STEP)) / 12 / STEP


@given(traces, volumes)
def test_slope_with_the_volume_is_that_of_the_energy(trace, volume):
    assert volume_slope(trace, volume) == pytest.approx(difference(lambda j: energy(trace, j), volume), abs=1e-8)


@given(traces, volumes)
def test_curvature_and_softening_are_the_slopes_of_the_slopes(trace, volume):
    over, power = 1 / volume, volume ** (-2 / 3)
    curvature = elasticity.volume_curvature(shape(trace, volume), over, VOLUMETRIC)
    assert curvature == pytest.approx(difference(lambda j: volume_slope(trace, j), volume), abs=1e-7)
    modulus = difference(lambda j: SHEAR * j ** (-2 / 3), volume)
    assert elasticity.softening(over, power, SHEAR) == pytest.approx(-modulus, abs=1e-8)


def random_gradient(seed):
    return np.eye(3) + 0.1 * np.random.default_rng(seed).normal(size=(3, 3))


@given(st.integers(0, 2**32 - 1))
def test_cauchy_stress_is_the_slope_of_the_energy(seed):
    gradient = random_gradient(seed)

    def printed(f):
        return energy((f**2).sum(), np.linalg.det(f))

    first = [difference(lambda x, unit=unit: printed(gradient + x * unit), 0.0) for unit in np.eye(9).reshape(9, 3, 3)]
    volume = np.linalg.det(gradient)
    cauchy = np.reshape(first, (3, 3)) @ gradient.T / volume
    left = from_matrix(gradient @ gradient.T)
    np.testing.assert_allclose(left_stress(left, np.array(volume), SHEAR, VOLUMETRIC), from_matrix(cauchy), atol=1e-7)
    assert left_energy(left[:3].sum(), volume, SHEAR, VOLUMETRIC) == pytest.approx(printed(gradient))


def test_mean_stress_follows_from_the_volume_alone():
    left, volume = from_matrix(np.diag([1.3, 0.9, 1.1])), np.array(1.07)
    stress = left_stress(left, volume, SHEAR, VOLUMETRIC)
    assert stress[:3].mean() == pytest.approx(elasticity.mean_stress(1.07, VOLUMETRIC), rel=1e-13)


@given(st.integers(0, 2**32 - 1))
def test_mandel_deviator_is_that_of_the_printed_model(seed):
    rng = np.random.default_rng(seed)
    crystal = plain_crystal(MAGNESIUM, np.eye(3))
    inelastic = np.eye(3) + 0.05 * rng.normal(size=(3, 3))
    inelastic /= np.cbrt(np.linalg.det(inelastic))
    shear = 0.05 * rng.normal(size=(3, 3))
    stretch = np.eye(3) + shear + shear.T
    elastic = stretch @ np.linalg.inv(inelastic)
    mandel = elastic.T @ crystal.elastic_stress(elastic)
    found = mandel_deviator(stretch[ROW, COLUMN], np.linalg.inv(inelastic).ravel(), MAGNESIUM.shear_modulus)
    expected = np.einsum("bij,ij->b", SYMMETRIC_BASIS, mandel)
    np.testing.assert_allclose(found, expected, atol=1e-10 * MAGNESIUM.shear_modulus)


def test_wave_speed_at_rest_is_that_of_small_strains():
    bulk = 2 * VOLUMETRIC
    assert longitudinal_speed(np.ones(1), SHEAR, VOLUMETRIC, 2.0)[0] == pytest.approx(
        np.sqrt((bulk + 4 / 3 * SHEAR) / 2.0)
    )


@njit
def compiled(trace, volume):
    power = volume ** (-2 / 3)
    stress = scalar_kernels.shape_stress(trace, 1.0 / volume, power, 25.0)
    return (
        scalar_kernels.stored_energy(trace, volume, power, 25.0, 24.0),
        scalar_kernels.volume_slope(volume, stress, 24.0),
        scalar_kernels.volume_curvature(stress, 1.0 / volume, 24.0),
    )


def test_kernels_call_the_plain_functions():
    curvature = elasticity.volume_curvature(shape(3.2, 0.9), 1 / 0.9, VOLUMETRIC)
    expected = (energy(3.2, 0.9), volume_slope(3.2, 0.9), curvature)
    np.testing.assert_allclose(compiled(3.2, 0.9), expected, rtol=1e-14)
