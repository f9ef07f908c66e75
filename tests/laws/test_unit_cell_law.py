"""The adapter from unit cell to law, on the elastic body."""

import numpy as np

from hammerscale.cell.elastic_body import ElasticBody
from hammerscale.laws.unit_cell_law import UnitCellLaw
from tests.contracts import law as contract

LAW = UnitCellLaw(ElasticBody(shear_modulus=25e9, volumetric_modulus=24e9, density=1e4))
GRADIENT = np.eye(3) + 0.2 * np.random.default_rng(1).uniform(-1, 1, (4, 3, 3))


def test_contract_of_a_law():
    contract.check_rest(LAW)
    contract.check_purity(LAW, GRADIENT, 1e-6)
    contract.check_objectivity(LAW, GRADIENT, 1e-6)
    contract.check_failure_is_a_status(LAW, 1e-6)
    contract.check_impossible_steps_are_statuses(LAW, 1e-6)


def test_stress_of_a_rotated_stretch_is_the_textbook_push_forward():
    cauchy, _ = LAW.advance(LAW.initial_state(4), np.tile(np.eye(3), (4, 1, 1)), GRADIENT, 1e-6, LAW.initial_state(4))
    volume = np.linalg.det(GRADIENT)[:, None, None]
    left = GRADIENT @ GRADIENT.transpose(0, 2, 1)
    deviatoric = left - np.trace(left, axis1=1, axis2=2)[:, None, None] / 3 * np.eye(3)
    expected = 25e9 * volume ** (-5 / 3) * deviatoric + 48e9 * (volume - 1) * np.eye(3)
    np.testing.assert_allclose(cauchy, expected, rtol=1e-9, atol=1.0)
