"""Closed forms of the crystal law."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from hammerscale.cell.elastic_body import elastic_stress
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.loading.knots import piecewise_linear
from hammerscale.loading.random_walk import random_walk
from hammerscale.loading.uniaxial import uniaxial
from hammerscale.microstructure.texture import random_texture
from hammerscale.tensor.polar import polar_decomposition
from hammerscale.tensor.voigt import IDENTITY, deviator, from_matrix, to_matrix
from tests.crystal.materials import MAGNESIUM, MICROSECOND, SQUARE, without_flow
from tests.crystal.plain import PlainCrystal

TIMES = np.linspace(0.0, 1.0, 101)
ALONG_AXES = np.array([[1.0, 0.0, 0.0, 0.0]])
ORIENTATIONS = random_texture(np.random.default_rng(12), 9)


def small_shear(amount):
    end = IDENTITY + 0.5 * amount * np.array([0.0, 0, 0, 1, 0, 0])
    return piecewise_linear(np.array([0.0, 1.0]), np.stack([IDENTITY, end]))


def test_single_slip_in_simple_shear():
    # F = I + c t s⊗m, n = 2: τ = G x with x = √(c/b) tanh(t √(bc)), b = γ̇0 T (G/τ0)², exact at finite strain.
    crystal = PlainCrystal(
        SQUARE, np.eye(3)[:1], np.eye(3)[1:2], np.zeros(1, dtype=int), np.empty((0, 3)), np.empty((0, 3))
    )
    c, unit = 0.3, np.outer(*np.eye(3)[:2])

    def derivative(t, state):
        _rate, _, velocity, _, _ = crystal.rates(
            np.eye(3) + c * t * unit, state.reshape(3, 3), np.zeros(1), np.empty(0), 1.0
        )
        return (velocity @ state.reshape(3, 3)).ravel()

    solution = solve_ivp(
        derivative, (0.0, 1.0), np.eye(3).ravel(), method="DOP853", rtol=1e-10, atol=1e-12, dense_output=True
    )
    b = (19e9 / 100e6) ** 2
    for t in (0.001, 0.01, 0.1, 1.0):
        _, _, _, tau, _ = crystal.rates(
            np.eye(3) + c * t * unit, solution.sol(t).reshape(3, 3), np.zeros(1), np.empty(0), 1.0
        )
        assert tau[0] == pytest.approx(19e9 * np.sqrt(c / b) * np.tanh(t * np.sqrt(b * c)), rel=1e-6)


@pytest.mark.parametrize("c", [1e-3, 0.03, 0.5])
def test_basal_slip_in_simple_shear_on_the_production_integrator(c):
    # F = I + c t a1⊗m by slip in the basal plane alone: Fe = I + x a1⊗m, and the systems at 0° and ±120° to a1 feel
    # G x, -G x/2, -G x/2. With n = 2, x' = c - b x² with b = 5/4 γ̇0 T (G/τ0)²; exact at finite strain.
    viscous = replace(MAGNESIUM.slip[0], hardening_modulus=0.0, saturation_stress=0.0)
    material = replace(without_flow(MAGNESIUM), slip=(viscous, *without_flow(MAGNESIUM).slip[1:]))
    times, shear = np.linspace(0.0, 1.0, 2001), np.outer([1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    gradient = np.eye(3) + c * times[:, None, None] * shear
    rotation, stretch = polar_decomposition(gradient)
    chosen = np.array([1, 2, 5, 10, 20, 50, 200, 1000, 2000])
    cell = TaylorPolycrystal(material, ALONG_AXES, tolerance=1e-9)
    stress = cell.response(piecewise_linear(times, stretch), times[chosen], MICROSECOND).stress
    found = rotation[chosen] @ to_matrix(stress) @ rotation[chosen].transpose(0, 2, 1)
    b = 1.25 * 0.1 * (25e9 / 17.5e6) ** 2
    x = np.sqrt(c / b) * np.tanh(times[chosen] * np.sqrt(b * c))
    elastic = np.eye(3) + x[:, None, None] * shear
    expected = 25e9 * deviator(from_matrix(elastic @ elastic.transpose(0, 2, 1)))
    np.testing.assert_allclose(deviator(from_matrix(found)), expected, atol=1e-4 * expected.max())


def test_two_orthogonal_systems_in_small_shear():
    # Both systems slip at γ̇0 (τ/τ0)², so τ' = G (c - 2 γ̇0 T (τ/τ0)²): a tanh that ends at τ0 √(c / (2 γ̇0 T)).
    c = 2e-3
    stress = TaylorPolycrystal(SQUARE, ALONG_AXES, tolerance=1e-8).response(small_shear(c), TIMES, 1.0).stress[:, 3]
    steady = 100e6 * np.sqrt(c / 2.0)
    expected = steady * np.tanh(TIMES * 19e9 * c / steady)
    np.testing.assert_allclose(stress, expected, atol=2e-3 * steady)


def test_four_times_the_rate_doubles_the_viscous_stress():
    # The steady state is reached in both; m = 1/2.
    cell = TaylorPolycrystal(SQUARE, ALONG_AXES)
    slow, fast = (cell.response(small_shear(4e-3), TIMES, duration).stress[-1, 3] for duration in (4.0, 1.0))
    assert fast == pytest.approx(2.0 * slow, rel=5e-3)


def test_time_and_reference_rate_enter_as_a_product():
    slower = replace(
        MAGNESIUM,
        slip=tuple(replace(family, reference_rate=1e4) for family in MAGNESIUM.slip),
        twin=replace(MAGNESIUM.twin, reference_rate=1e4),
    )
    one = TaylorPolycrystal(MAGNESIUM, ORIENTATIONS).response(uniaxial(0.08), TIMES, MICROSECOND)
    ten = TaylorPolycrystal(slower, ORIENTATIONS).response(uniaxial(0.08), TIMES, 10 * MICROSECOND)
    np.testing.assert_allclose(ten.stress, one.stress, atol=1e-4 * np.abs(one.stress).max())


def test_without_flow_the_crystal_is_elastic():
    path = random_walk(np.random.default_rng(3), 0.1)[0]
    stress = TaylorPolycrystal(without_flow(MAGNESIUM), ORIENTATIONS).response(path, TIMES, MICROSECOND).stress
    expected = elastic_stress(path.stretch(TIMES), 25e9, 24e9)
    np.testing.assert_allclose(stress, expected, atol=1e-9 * np.abs(expected).max())


def test_change_of_volume_alone_gives_pressure_alone():
    path = piecewise_linear(np.array([0.0, 0.5, 1.0]), np.array([1.0, 1.1, 0.9])[:, None] * IDENTITY)
    cell = TaylorPolycrystal(MAGNESIUM, ORIENTATIONS)
    (response,), states = cell.responses_and_states([path], TIMES, MICROSECOND)
    volume = path.stretch(TIMES)[:, 0] ** 3
    # Pa: round-off of moduli of 1e10
    np.testing.assert_allclose(response.stress[:, :3], (48e9 * (volume - 1.0))[:, None] * np.ones(3), atol=1e-3)
    np.testing.assert_allclose(response.stress[:, 3:], 0.0, atol=1e-3)
    assert cell.grain_variables(states[0]).slip.max() < 1e-20


def test_small_shear_modulus_is_that_of_the_energy():
    response = TaylorPolycrystal(without_flow(MAGNESIUM), ORIENTATIONS).response(small_shear(1e-5), TIMES, MICROSECOND)
    assert response.stress[-1, 3] == pytest.approx(25e9 * 1e-5, rel=1e-4)


def test_yield_offset_keeps_the_crystal_elastic_below_the_drag_stress():
    material = replace(SQUARE, drag_is_threshold=True)
    stress = TaylorPolycrystal(material, ALONG_AXES).response(small_shear(0.02), TIMES, 1.0).stress
    elastic = elastic_stress(small_shear(0.02).stretch(TIMES), 19e9, 24e9)
    below = elastic[:, 3] < 99e6
    assert below.sum() > 20
    np.testing.assert_allclose(deviator(stress[below]), deviator(elastic[below]), atol=1e-4 * 100e6)
    assert stress[-1, 3] == pytest.approx(100e6 * (1.0 + np.sqrt(0.02 / 2.0)), rel=0.01)
