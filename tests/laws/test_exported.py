"""An exported surrogate is a law, or says why it is none."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.arrays import Outcome
from hammerscale.errors import InputError, StoreError
from hammerscale.laws.exported import PressureLaw, load_exported
from hammerscale.provenance import collect
from hammerscale.registry import SURROGATES
from hammerscale.surrogate.baselines.pressure import FittedPressure
from hammerscale.surrogate.model_folder import ModelFile, write_model
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY
from tests.contracts.law import check_impossible_steps_are_statuses, check_purity, check_rest

MODULUS, DENSITY = 40e9, 1740.0
MADE_BY = collect("0", {})


@pytest.fixture
def folder(tmp_path):
    FittedPressure(MODULUS).export(tmp_path / "model", MADE_BY)
    return tmp_path / "model"


def test_the_pressure_comes_back_with_every_bit_of_its_modulus(folder):
    assert load_exported(folder, DENSITY) == PressureLaw(MODULUS, DENSITY)


def test_the_pressure_keeps_the_protocol_of_laws(folder):
    law = load_exported(folder, DENSITY)
    check_rest(law)
    check_purity(law, np.tile(np.diag([1.1, 0.95, 1.0]), (3, 1, 1)), 1e-6)
    check_impossible_steps_are_statuses(law, 1e-6)


def test_the_pressure_is_that_of_the_volume_and_no_shear(folder):
    law = load_exported(folder, DENSITY)
    gradient = np.array([np.diag([1.1, 1.0, 1.0]), [[1.0, 0.3, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]])
    state = law.initial_state(2)
    cauchy, status = law.advance(state, gradient, gradient, 1e-6, state)
    np.testing.assert_allclose(cauchy[0], 0.1 * MODULUS * np.eye(3), rtol=1e-12)
    np.testing.assert_allclose(cauchy[1], 0.0, atol=1e-5)
    np.testing.assert_array_equal(status, Outcome.CONVERGED)
    np.testing.assert_allclose(law.sound_speed(state), np.sqrt(MODULUS / DENSITY), rtol=1e-15)


def test_matter_turned_inside_out_is_a_status(folder):
    law = load_exported(folder, DENSITY)
    gradient = np.array([np.diag([-1.0, 1.0, 1.0]), np.eye(3)])
    state = law.initial_state(2)
    assert law.advance(state, gradient, gradient, 1e-6, state)[1].tolist() == [Outcome.NOT_FINITE, Outcome.CONVERGED]


def test_a_surrogate_for_whole_paths_is_refused_with_the_kinds_that_are_laws(tmp_path):
    write_model(tmp_path / "model", MADE_BY, ModelFile("forest", {}), {})
    with pytest.raises(InputError, match=r"kind 'forest', which is no law[\s\S]*pressure"):
        load_exported(tmp_path / "model", DENSITY)


@pytest.mark.parametrize(
    "signature",
    [
        replace(STRETCH_TO_CAUCHY, stress_kind="second_piola_kirchhoff"),
        replace(STRETCH_TO_CAUCHY, strain_kind="small_strain"),
        replace(STRETCH_TO_CAUCHY, strain_components=("11", "22", "33", "23", "13", "12")),
        replace(STRETCH_TO_CAUCHY, stress_components=("11", "22", "12")),
    ],
)
def test_a_model_of_other_measures_or_components_is_no_law(signature, tmp_path):
    FittedPressure(MODULUS, signature).export(tmp_path / "model", MADE_BY)
    with pytest.raises(InputError, match=r"this pressure maps [\s\S]*a law maps stretch"):
        load_exported(tmp_path / "model", DENSITY)


def test_an_export_without_its_numbers_is_refused(tmp_path):
    for kind in (kind for kind, surrogate in SURROGATES.items() if surrogate.law):
        write_model(tmp_path / kind, MADE_BY, ModelFile(kind, {}), {})
        with pytest.raises(InputError, match="holds no whole surrogate"):
            load_exported(tmp_path / kind, DENSITY)


def test_a_damaged_export_is_refused(folder):
    file = folder / "model.json"
    file.write_text(file.read_text().replace("4", "5", 1))
    with pytest.raises(StoreError, match="damaged"):
        load_exported(folder, DENSITY)
