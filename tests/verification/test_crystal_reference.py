"""Single crystals and Taylor polycrystals against slow, tight computations by an independent code."""

import json
from pathlib import Path

import numpy as np
import pytest

from hammerscale.arrays import Outcome
from hammerscale.cell.cases.case import read_case
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.tensor.voigt import NORM_WEIGHTS, deviator

FOLDER = Path(__file__).parent / "reference"
FILES = [file for file in sorted(FOLDER.glob("*.json")) if json.loads(file.read_text())["kind"] != "cell"]
SINGLE = [file for file in FILES if json.loads(file.read_text())["kind"] == "single"]
PASS_LEVEL, PASS_LEVEL_WITHOUT_DETWINNING = 2e-3, 5e-3


def run(file):
    case = read_case(file)
    cell = TaylorPolycrystal(case.material, case.quaternions, case.weights)
    (response,), states = cell.responses_and_states([case.path], case.times, case.duration_s)
    assert response.outcome == Outcome.CONVERGED
    return case, response, cell.grain_variables(states[0]), json.loads(file.read_text())


def norm(stress):
    return np.sqrt((stress**2 * NORM_WEIGHTS).sum())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_deviatoric_stress_history(file):
    case, response, _, data = run(file)
    expected = 1e6 * np.array(data["sigma"])
    level = PASS_LEVEL if case.material.detwinning else PASS_LEVEL_WITHOUT_DETWINNING
    assert norm(deviator(response.stress - expected)) < level * norm(deviator(expected))


@pytest.mark.parametrize("file", SINGLE, ids=lambda file: file.stem)
def test_internal_variables_at_the_end(file):
    _, _, grains, data = run(file)
    np.testing.assert_allclose(grains.inelastic_gradient[0], data["Fin_end"], atol=2e-5)
    np.testing.assert_allclose(grains.slip[0], data["e_end"], atol=5e-5)
    if grains.twin_fraction.size:
        np.testing.assert_allclose(grains.twin_fraction[0], np.array(data["lam"])[-1], atol=2e-5)


@pytest.mark.parametrize("name", ["mg_s1_basal45_uniaxial", "mg_s4_random10"])
def test_error_against_the_reference_falls_with_the_tolerance(name):
    case = read_case(FOLDER / f"{name}.json")
    expected = deviator(1e6 * np.array(json.loads((FOLDER / f"{name}.json").read_text())["sigma"]))
    errors = []
    for tolerance in (1e-5, 1e-6, 1e-7, 1e-9):
        cell = TaylorPolycrystal(case.material, case.quaternions, tolerance=tolerance)
        stress = cell.response(case.path, case.times, case.duration_s).stress
        errors.append(norm(deviator(stress) - expected) / norm(expected))
    # A tenth of the tolerance takes (1/10)^(1/3) of the step in a method of order 3, and so divides the error by ten.
    assert errors[0] > 4.0 * errors[1] > 16.0 * errors[2]
    assert errors[-1] < 1e-5
