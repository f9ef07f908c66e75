"""The production cell against an independent tight-tolerance implementation and against plain NumPy."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench.plain_cell import PlainCell
from hammerscale.arrays import Outcome
from hammerscale.cell.cases.case import read_case
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from tests.cells import curved_path, grains, relative_error, square_material

REFERENCE = Path(__file__).parent / "reference"


@pytest.mark.parametrize("scheme", ["rotated", "fourier"])
def test_the_reference_path_is_met_with_the_default_settings(scheme):
    file = REFERENCE / f"xt_c1_random10_16_{scheme}.json"
    case = read_case(file)
    cell = SpectralCell(case.material, case.grain_map, case.angles, case.scheme)
    response = cell.response(case.path, case.times, case.duration_s)
    expected = 1e6 * np.array(json.loads(file.read_text())["sigma"])
    assert response.outcome == Outcome.CONVERGED
    assert relative_error(response.stress, expected) < 5e-5


@pytest.mark.parametrize("scheme", ["rotated", "fourier"])
def test_the_final_fields_of_the_reference_path_are_met(scheme):
    file = REFERENCE / f"xt_c1_random10_16_{scheme}.json"
    case, data = read_case(file), json.loads(file.read_text())
    cell = SpectralCell(case.material, case.grain_map, case.angles, case.scheme)
    fields = cell.fields(case.path, 1.0, case.duration_s)
    for name, field in (("F_field_end", fields.deformation_gradient), ("Fin_field_end", fields.inelastic)):
        np.testing.assert_allclose(field, np.array(data[name]).transpose(2, 3, 0, 1), atol=2e-3)


@pytest.mark.parametrize("scheme", ["rotated", "fourier"])
def test_a_developed_path_of_a_finer_cell_meets_plain_numpy(scheme):
    # The files were written by `plain_cell.py` beside them.
    rows = np.loadtxt(REFERENCE / f"plain_cell_{scheme}.csv", delimiter=",", skiprows=1)
    cell = SpectralCell(square_material(), *grains(32, 8), scheme)
    response = cell.response(curved_path(2.0), rows[:, 0], 1.0)
    assert response.outcome == Outcome.CONVERGED
    assert relative_error(response.stress, rows[:, 1:]) < 1e-4


@pytest.mark.parametrize("scheme", ["rotated", "fourier"])
def test_every_stress_agrees_with_plain_numpy_at_equal_steps(scheme):
    grain_map, angles = grains(32, 8)
    path, times = curved_path(), np.linspace(0.0, 0.1, 3)
    plain = PlainCell(square_material(), grain_map, angles, scheme).run(path, times, 1.0, 500, 1e-8)
    cell = SpectralCell(square_material(), grain_map, angles, scheme, tolerance=1e-8, steps=500)
    response = cell.response(path, times, 1.0)
    assert response.diagnostics["steps"] == 50
    assert relative_error(response.stress, plain) < 1e-6
