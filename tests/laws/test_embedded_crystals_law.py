"""Embedded crystals as a law: objective, independent of the step, dissipative, and honest about their doubt."""

from itertools import pairwise

import numpy as np
import pytest

from hammerscale.capabilities import differentiable
from hammerscale.laws.embedded_crystals_law import EmbeddedCrystalsCell, EmbeddedCrystalsLaw
from hammerscale.laws.exported import load_exported
from hammerscale.provenance import collect
from hammerscale.surrogate.embedded.embedded_crystals import FittedCrystals
from hammerscale.tensor.voigt import NORM_WEIGHTS, deviator, to_matrix
from tests.contracts import capabilities as capability
from tests.contracts import law as contract
from tests.crystal.materials import MAGNESIUM, MICROSECOND
from tests.surrogate.embedded.test_embedded_crystals import model
from tests.surrogate.histories import random_stretch

DENSITY = 1740.0


def follow(cell, stretch, steps_per_piece=1):
    """Return the states (t, n, s) and stresses (t, n, 6) along pieces U (t, n, 6) of equal length."""
    state = cell.initial_state(stretch.shape[1])
    states, stresses = [state], [np.zeros_like(stretch[0])]
    for start, end in pairwise(stretch):
        for k in range(steps_per_piece):
            between = [start + (end - start) * part / steps_per_piece for part in (k, k + 1)]
            new = np.empty_like(state)
            duration = MICROSECOND / (len(stretch) - 1) / steps_per_piece
            stress, status = cell.advance(state, *between, duration, new)
            assert (status == 0).all()
            state = new
        states.append(state)
        stresses.append(stress)
    return np.array(states), np.array(stresses)


def test_contract_of_a_law():
    law = EmbeddedCrystalsLaw(EmbeddedCrystalsCell(model(), DENSITY))
    gradient = np.eye(3) + 0.01 * np.random.default_rng(3).normal(size=(4, 3, 3))
    contract.check_rest(law)
    contract.check_purity(law, gradient, 1e-7)
    # The stretch of R F differs from that of F by round-off, which the step control amplifies.
    contract.check_objectivity(law, gradient, 1e-7, tolerance=1e-9)
    contract.check_failure_is_a_status(law, 1e-7)
    contract.check_impossible_steps_are_statuses(law, 1e-7)


def test_an_exported_model_is_a_law_with_the_solvers_density(tmp_path):
    model().export(tmp_path / "model", collect("0" * 64, {}))
    law = load_exported(tmp_path / "model", DENSITY)
    assert law.density == DENSITY
    assert differentiable(law) is law
    assert law.sound_speed(law.initial_state(1))[0] == pytest.approx(np.sqrt((48e9 + 4.0 / 3.0 * 25e9) / DENSITY))


def test_the_law_step_by_step_gives_the_prediction():
    times, stretch = random_stretch(3, 11)
    fitted = model(tolerance=1e-7)
    _, stress = follow(EmbeddedCrystalsCell(fitted, DENSITY), stretch.swapaxes(0, 1))
    predicted = fitted.predict(times, stretch).swapaxes(0, 1)
    np.testing.assert_allclose(stress, predicted, atol=1e-5 * np.abs(predicted).max())


@pytest.mark.parametrize("steps_per_piece", [4, 16])
def test_a_path_cut_into_more_steps_gives_the_stress_within_a_thousandth(steps_per_piece):
    _, stretch = random_stretch(3, 26)
    cell = EmbeddedCrystalsCell(model(tolerance=1e-4), DENSITY)
    whole = follow(cell, stretch.swapaxes(0, 1))[1]
    cut = follow(cell, stretch.swapaxes(0, 1), steps_per_piece)[1]
    gap, size = (np.sqrt(((values**2) @ NORM_WEIGHTS).sum(axis=0)) for values in (cut - whole, whole))
    assert (gap / size).max() < 1e-3


def test_work_is_dissipated_and_never_comes_back():
    _, stretch = random_stretch(3, 26)
    cell = EmbeddedCrystalsCell(model(tolerance=1e-4), DENSITY)
    dissipation = np.array([cell.outputs(state)["dissipation"] for state in follow(cell, stretch.swapaxes(0, 1))[0]])
    assert (np.diff(dissipation, axis=0) >= 0.0).all()
    assert (dissipation[-1] > 1e5).all()


def test_the_doubt_is_the_gap_between_the_stresses_of_all_and_of_half_of_the_grains():
    _, stretch = random_stretch(3, 11)
    stretch = stretch.swapaxes(0, 1)
    fitted = model(grains=4)
    whole = EmbeddedCrystalsCell(fitted, DENSITY)
    states, stress = follow(whole, stretch)
    half_model = FittedCrystals(MAGNESIUM, fitted.quaternions, fitted.coarse_weights, fitted.weights, 1e-6, MICROSECOND)
    half = follow(EmbeddedCrystalsCell(half_model, DENSITY), stretch)[1]
    gap = np.linalg.norm(to_matrix(deviator(stress - half)), axis=(2, 3))[1:]
    doubt = np.array([whole.outputs(state)["stress_doubt"] for state in states[1:]])
    # J^(-5/3) and the elastic strain, which the doubt takes for none, change it by a few per cent.
    np.testing.assert_allclose(doubt, gap, rtol=0.25, atol=0.02 * gap.max())


def test_without_a_gap_there_is_no_doubt():
    fitted = model()
    same = FittedCrystals(MAGNESIUM, fitted.quaternions, fitted.weights, fitted.weights, 1e-6, MICROSECOND)
    cell = EmbeddedCrystalsCell(same, DENSITY)
    states, _ = follow(cell, random_stretch(2, 6)[1].swapaxes(0, 1))
    np.testing.assert_array_equal(cell.outputs(states[-1])["stress_doubt"], 0.0)


def test_the_slope_of_a_plastic_step_is_that_of_its_stress():
    # The step of the differences, their order and the tolerance are others than those of the slope.
    stretch = random_stretch(2, 21)[1].swapaxes(0, 1)
    fitted = model(tolerance=1e-10)
    cell = EmbeddedCrystalsCell(fitted, DENSITY)
    state = follow(cell, stretch[:12])[0][-1]
    ends, duration, change = stretch[11:13], MICROSECOND / 20.0, 2e-6
    found = cell.stress_slope(state, *ends, duration)
    for j in range(6):
        moved = [ends[1] + sign * change * np.eye(6)[j] for sign in (1.0, -1.0)]
        up, down = (cell.advance(state, ends[0], end, duration, np.empty_like(state))[0] for end in moved)
        slope = (up - down) / (2.0 * change)
        np.testing.assert_allclose(found[:, :, j], slope, atol=1e-6 * np.abs(found).max())


def test_the_law_has_the_tangent_of_its_step():
    gradient = np.eye(3) + 0.01 * np.random.default_rng(3).normal(size=(2, 3, 3))
    law = EmbeddedCrystalsLaw(EmbeddedCrystalsCell(model(tolerance=1e-10), DENSITY))
    state = law.initial_state(2)
    law.advance(state, np.tile(np.eye(3), (2, 1, 1)), gradient, MICROSECOND, after := np.empty_like(state))
    # The tolerance of the integration over the step of the differences is a millionth of the moduli.
    new = gradient + 1e-3 * np.eye(3)[::-1]
    capability.check_tangent(law, after, gradient, new, MICROSECOND / 20.0, tolerance=1e-5)


def test_the_slope_at_rest_is_that_of_elasticity():
    cell = EmbeddedCrystalsCell(model(), DENSITY)
    rest = np.array([[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]])
    found = cell.stress_slope(cell.initial_state(1), rest, rest, 1e-18)[0]
    expected = 2.0 * MAGNESIUM.shear_modulus * np.eye(6)
    expected[:3, :3] += 2.0 * MAGNESIUM.volumetric_modulus - 2.0 / 3.0 * MAGNESIUM.shear_modulus
    np.testing.assert_allclose(found, expected, atol=1e-7 * expected.max())
