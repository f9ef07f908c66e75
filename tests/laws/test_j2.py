"""J2 plasticity against closed forms."""

import numpy as np
import pytest

from hammerscale.laws.j2 import J2Law
from tests.contracts import law as contract

LAW = J2Law(bulk_modulus=130e9, shear_modulus=43e9, yield_stress=400e6, hardening_modulus=100e6, density=8930.0)
GRADIENT = np.eye(3) + 0.2 * np.random.default_rng(1).uniform(-1, 1, (4, 3, 3))


def drive(stretches):
    """Return the state and the stress after a path of stretches (n, 3, 3)."""
    state, before = LAW.initial_state(1), np.eye(3)[None]
    for stretch in stretches:
        new = np.empty_like(state)
        cauchy, status = LAW.advance(state, before, stretch[None], 1e-9, new)
        assert status[0] == 0
        state, before = new, stretch[None]
    return state, cauchy[0]


def test_contract_of_a_law():
    contract.check_rest(LAW)
    contract.check_purity(LAW, GRADIENT, 1e-6)
    contract.check_objectivity(LAW, GRADIENT, 1e-6)
    contract.check_failure_is_a_status(LAW, 1e-6)
    contract.check_impossible_steps_are_statuses(LAW, 1e-6)


def test_below_yield_the_stress_is_hookes():
    strain = 1e-4 * np.array([[1.0, 0.3, 0.2], [0.3, -0.5, 0.1], [0.2, 0.1, 0.4]])
    _, cauchy = drive(np.eye(3) + np.linspace(0, 1, 20)[1:, None, None] * strain)
    deviator = strain - np.trace(strain) / 3 * np.eye(3)
    expected = 130e9 * np.trace(strain) * np.eye(3) + 2 * 43e9 * deviator
    np.testing.assert_allclose(cauchy, expected, rtol=1e-3, atol=1e4)


def test_uniaxial_strain_follows_the_closed_form_in_logarithmic_strain():
    logarithmic = np.linspace(0.0, 0.5, 500)[1:]
    stretches = np.tile(np.eye(3), (len(logarithmic), 1, 1))
    stretches[:, 0, 0] = np.exp(logarithmic)
    state, cauchy = drive(stretches)
    # Plastic flow starts where 2 G ε = σ_y and then 3 G Δp = 2 G Δε - H Δp.
    plastic = (2 * 43e9 * logarithmic[-1] - 400e6) / (3 * 43e9 + 100e6)
    assert state[0, 12] == pytest.approx(plastic, rel=1e-5)
    assert cauchy[0, 0] - cauchy[1, 1] == pytest.approx(400e6 + 100e6 * plastic, rel=1e-6)
    assert np.trace(cauchy) / 3 == pytest.approx(130e9 * logarithmic[-1], rel=1e-5)


def test_work_is_stored_or_dissipated_and_a_closed_elastic_loop_gives_it_back():
    strain = 1e-3 * np.diag([1.0, -0.4, 0.2])
    there = np.linspace(0, 1, 50)[1:]
    loop = np.concatenate([there, there[-2::-1], [0.0]])
    state, _ = drive(np.eye(3) + loop[:, None, None] * strain)
    outputs = LAW.outputs(state)
    assert outputs["dissipation"][0] == 0.0
    assert abs(outputs["stored_energy"][0]) < 1e-3 * 0.5 * 130e9 * 1e-6


def test_dissipation_is_the_area_under_the_hardening_curve():
    stretches = np.tile(np.eye(3), (400, 1, 1))
    stretches[:, 0, 0] = np.exp(np.linspace(0, 0.2, 400))
    stretches[:, 1, 1] = stretches[:, 2, 2] = np.exp(-0.1 * np.linspace(0, 1, 400))
    state, _ = drive(stretches)
    plastic = LAW.outputs(state)["plastic_strain"][0]
    assert LAW.outputs(state)["dissipation"][0] == pytest.approx(400e6 * plastic + 50e6 * plastic**2, rel=1e-3)
