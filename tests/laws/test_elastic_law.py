"""The elastic law against the elastic unit cell, its stored energy and its contract."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.cell.elastic_body import STORED_ENERGY, ElasticBody
from hammerscale.laws.elastic_law import ElasticLaw
from hammerscale.laws.unit_cell_law import UnitCellLaw
from tests.contracts import law as contract

BODY = ElasticBody(shear_modulus=25e9, volumetric_modulus=24e9, density=1e4)
LAW, CELL = ElasticLaw(BODY), UnitCellLaw(BODY)
REST = np.tile(np.eye(3), (4, 1, 1))


def gradients(seed: int) -> np.ndarray:
    """Return random gradients (4, 3, 3) of positive volume."""
    return REST + 0.25 * np.random.default_rng(seed).uniform(-1, 1, (4, 3, 3))


def answer(law, gradient):
    """Return stress, status and new state under gradients (4, 3, 3)."""
    state = law.initial_state(4)
    return *law.advance(law.initial_state(4), REST, gradient, 1e-6, state), state


def test_contract_of_a_law():
    contract.check_rest(LAW)
    contract.check_purity(LAW, gradients(1), 1e-6)
    contract.check_objectivity(LAW, gradients(1), 1e-6)
    contract.check_failure_is_a_status(LAW, 1e-6)
    contract.check_impossible_steps_are_statuses(LAW, 1e-6)


@given(st.integers(0, 2**32 - 1))
def test_it_answers_as_the_elastic_volume_at_every_point(seed):
    here, there = answer(LAW, gradients(seed)), answer(CELL, gradients(seed))
    np.testing.assert_allclose(here[0], there[0], atol=1e-12 * np.abs(there[0]).max())
    np.testing.assert_allclose(here[2], there[2], rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(LAW.sound_speed(here[2]), CELL.sound_speed(there[2]), rtol=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_the_stress_derives_from_the_stored_energy(seed):
    gradient, direction = gradients(seed), np.random.default_rng(seed + 1).uniform(-1, 1, (4, 3, 3))
    cauchy, _, _ = answer(LAW, gradient)
    step = 1e-6
    more, less = (answer(LAW, gradient + sign * step * direction)[2][:, STORED_ENERGY] for sign in (1, -1))
    cofactor = np.linalg.det(gradient)[:, None, None] * np.linalg.inv(gradient).transpose(0, 2, 1)
    power = np.einsum("nij,nij->n", cauchy @ cofactor, direction)
    np.testing.assert_allclose((more - less) / (2 * step), power, atol=1e-6 * np.abs(cauchy).max())
