"""The elastic body: its stress is the derivative of its energy, and it keeps the contract of a unit cell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.arrays import Outcome
from hammerscale.cell.elastic_body import ElasticBody, elastic_energy, elastic_stress
from hammerscale.errors import InputError
from hammerscale.loading.knots import piecewise_linear
from hammerscale.loading.uniaxial_true import uniaxial_true
from hammerscale.tensor.voigt import IDENTITY, deviator, to_matrix
from tests.contracts import unit_cell as contract

BODY = ElasticBody(shear_modulus=25e9, volumetric_modulus=24e9, density=1e4)
STRETCH = IDENTITY + np.array([[0.05, -0.02, 0.01, 0.03, -0.04, 0.02], [-0.1, 0.2, 0.0, 0.05, 0.0, -0.1]])


def test_contract_of_a_unit_cell():
    contract.check_shapes_at_rest(BODY)
    contract.check_purity(BODY, STRETCH, 1e-6)
    contract.check_points_are_independent(BODY, STRETCH, 1e-6)
    contract.check_stepping_equals_path(BODY, STRETCH[0], 1e-6, steps=7, tolerance=1e-14)
    contract.check_impossible_stretch_is_an_outcome(BODY, 1e-6)


@pytest.mark.parametrize("stretch", STRETCH)
def test_stress_is_the_derivative_of_the_energy(stretch):
    # σ = (1/J) P Uᵀ with P = ∂W/∂U over all nine entries; here by central differences of the printed energy.
    def energy(matrix):
        volume = np.linalg.det(matrix)
        return 12.5e9 * (np.trace(matrix.T @ matrix) * volume ** (-2 / 3) - 3) + 24e9 * (volume - 1) ** 2

    matrix, step = to_matrix(stretch), 1e-6
    first_piola = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            shift = np.zeros((3, 3))
            shift[i, j] = step
            first_piola[i, j] = (energy(matrix + shift) - energy(matrix - shift)) / (2 * step)
    expected = first_piola @ matrix.T / np.linalg.det(matrix)
    np.testing.assert_allclose(to_matrix(elastic_stress(stretch, 25e9, 24e9)), expected, rtol=1e-7, atol=10.0)
    np.testing.assert_allclose(elastic_energy(stretch, 25e9, 24e9), energy(matrix), rtol=1e-12)


def test_small_strain_moduli_are_g_and_twice_lambda():
    tiny = 1e-7
    shear = elastic_stress(IDENTITY + tiny * np.array([0, 0, 0, 1.0, 0, 0]), 25e9, 24e9)
    assert shear[3] == pytest.approx(2 * 25e9 * tiny, rel=1e-6)
    volume = elastic_stress(IDENTITY * (1 + tiny), 25e9, 24e9)
    assert volume[0] == pytest.approx(48e9 * 3 * tiny, rel=1e-6)


@given(st.lists(st.floats(-0.2, 0.2), min_size=6, max_size=6))
def test_mean_stress_is_an_exact_function_of_volume(strain):
    stretch = IDENTITY + np.array(strain)
    stress = elastic_stress(stretch, 25e9, 24e9)
    volume = np.linalg.det(to_matrix(stretch))
    assert stress[:3].mean() == pytest.approx(48e9 * (volume - 1.0), abs=1e-3)


def test_hydrostatic_stretch_has_no_deviatoric_stress():
    np.testing.assert_allclose(deviator(elastic_stress(1.3 * IDENTITY, 25e9, 24e9)), 0.0, atol=1e-4)


def test_a_path_through_an_inverted_stretch_is_a_recorded_failure():
    path = piecewise_linear(np.array([0.0, 1.0]), np.stack([IDENTITY, IDENTITY * np.array([-1, 1, 1, 0, 0, 0])]))
    response = BODY.response(path, np.linspace(0, 1, 11), 1.0)
    assert response.outcome == Outcome.NOT_FINITE
    assert response.last_good_time == pytest.approx(0.4)
    assert np.isnan(response.stress[5:]).all()
    assert np.isfinite(response.stress[:5]).all()


def test_stored_energy_is_the_work_done():
    times = np.linspace(0, 1, 2001)
    path = uniaxial_true(0.1)
    response = BODY.response(path, times, 1.0)
    stretch = path.stretch(times)[:, 0]
    # True uniaxial strain: P11 = σ11, since J = U11 and F^-T has the entry 1/U11.
    work = np.trapezoid(response.stress[:, 0], stretch)
    assert response.stored_energy[-1] == pytest.approx(work, rel=1e-6)


def test_a_modulus_that_is_not_positive_is_refused():
    with pytest.raises(InputError, match="shear_modulus"):
        ElasticBody(shear_modulus=0.0, volumetric_modulus=1.0, density=1.0)


def test_sound_speed_follows_the_volume():
    state = BODY.initial_state(1)
    new = np.empty_like(state)
    BODY.advance(state, IDENTITY[None], 0.95 ** (1 / 3) * IDENTITY[None], 1e-6, new)
    expected = np.sqrt((48e9 * np.array([1.0, 0.95]) ** 2 + 4 / 3 * 25e9 * np.array([1.0, 0.95]) ** (-2 / 3)) / 1e4)
    np.testing.assert_allclose(BODY.sound_speed(np.concatenate([state, new])), expected)


@pytest.mark.parametrize(("times", "duration"), [([0.5, 1.5], 1.0), ([0.5, 0.4], 1.0), ([0.5], 0.0), ([0.5], np.nan)])
def test_impossible_requests_are_refused(times, duration):
    with pytest.raises(InputError, match=r"output times|duration"):
        BODY.response(uniaxial_true(0.1), np.array(times), duration)
