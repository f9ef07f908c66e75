"""Johnson and Cook's strength against its formula."""

import numpy as np
import pytest

from hammerscale.laws.johnson_cook import JohnsonCookLaw
from tests.contracts import law as contract

LAW = JohnsonCookLaw(
    bulk_modulus=206e9 / 1.2,
    shear_modulus=206e9 / 2.6,
    yield_stress=806e6,
    hardening=614e6,
    exponent=0.168,
    rate_factor=0.0089,
    reference_rate=1.0,
    reference_temperature=20.0,
    melting_temperature=1540.0,
    softening=1.1,
    heat_capacity=460.0,
    heat_fraction=0.9,
    density=7830.0,
)
GRADIENT = np.eye(3) + 0.1 * np.random.default_rng(1).uniform(-1, 1, (4, 3, 3))


def stretched(final: float, duration_s: float, steps: int = 2000):
    """Return state and stress after an isochoric extension to the logarithmic strain `final`."""
    state, before = LAW.initial_state(1), np.eye(3)[None]
    for strain in np.linspace(0.0, final, steps + 1)[1:]:
        gradient = np.diag(np.exp([strain, -strain / 2, -strain / 2]))[None]
        new = np.empty_like(state)
        cauchy, status = LAW.advance(state, before, gradient, duration_s / steps, new)
        assert status[0] == 0
        state, before = new, gradient
    return LAW.outputs(state), cauchy[0]


def test_contract_of_a_law():
    contract.check_rest(LAW)
    contract.check_purity(LAW, GRADIENT, 1e-6)
    contract.check_objectivity(LAW, GRADIENT, 1e-6)
    contract.check_failure_is_a_status(LAW, 1e-6)
    contract.check_impossible_steps_are_statuses(LAW, 1e-6)


@pytest.mark.parametrize("rate", [0.1, 1e3, 1e6])
def test_stress_is_the_formula_at_the_strain_rate_and_temperature_reached(rate):
    fields, cauchy = stretched(0.3, 0.3 / rate)
    plastic, temperature = fields["plastic_strain"][0], fields["temperature"][0]
    strength = 806e6 + 614e6 * plastic**0.168
    strength *= 1 + 0.0089 * np.log(max(rate, 1.0))
    strength *= 1 - ((temperature - 20.0) / 1520.0) ** 1.1
    assert cauchy[0, 0] - cauchy[1, 1] == pytest.approx(strength, rel=1e-3)


def test_heat_is_its_fraction_of_the_plastic_work():
    fields, _ = stretched(0.3, 3e-4)
    heating = 0.9 * fields["dissipation"][0] / (7830.0 * 460.0)
    assert fields["temperature"][0] - 20.0 == pytest.approx(heating, rel=1e-12)
    assert fields["temperature"][0] > 80.0


def test_a_molten_point_carries_no_shear():
    state = LAW.initial_state(1)
    state[0, 15] = 1600.0
    new = np.empty_like(state)
    cauchy, status = LAW.advance(state, np.eye(3)[None], np.diag([1.01, 0.995, 0.995])[None], 1e-9, new)
    assert status[0] == 0
    assert cauchy[0, 0, 0] - cauchy[0, 1, 1] == pytest.approx(0.0, abs=1.0)
