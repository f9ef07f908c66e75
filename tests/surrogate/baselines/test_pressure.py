"""The pressure-only baseline: one exactly known number, and the contract of a surrogate."""

import functools

import numpy as np
import pytest

from hammerscale.cell.elastic_body import elastic_stress
from hammerscale.errors import InputError, StoreError
from hammerscale.laws.exported import load_exported
from hammerscale.loading.random_walk import random_walk
from hammerscale.provenance import collect
from hammerscale.surrogate.baselines.pressure import Pressure
from hammerscale.surrogate.model_folder import ModelFile, write_model
from hammerscale.surrogate.socket import Histories, Split
from hammerscale.tensor.voigt import IDENTITY, determinant
from tests.contracts import surrogate as contract

TIMES = np.linspace(0, 1, 21)
SPLIT = Split(train=np.arange(6), validation=np.arange(6, 8))


@pytest.fixture(scope="module")
def data() -> Histories:
    paths = [random_walk(np.random.default_rng(i), 0.1)[0] for i in range(12)]
    stretch = np.array([path.stretch(TIMES) for path in paths])
    return Histories(TIMES, stretch, elastic_stress(stretch, 25e9, 24e9), volumetric_isochoric=True)


def test_contract_of_a_surrogate(data, tmp_path):
    contract.check_fit_is_reproducible(Pressure(), data, SPLIT)
    contract.check_training_rows_only(Pressure(), data, SPLIT)
    contract.check_exported_law_equals_prediction(
        Pressure(),
        data,
        SPLIT,
        tmp_path / "model",
        functools.partial(load_exported, density=1e4),
        1e-6,
        tolerance=1e-12,
    )


def test_finds_the_bulk_modulus_whatever_the_deviator(data):
    fitted = Pressure().fit(data, SPLIT, seed=0)
    assert fitted.bulk_modulus == pytest.approx(48e9, rel=1e-10)
    expected = 48e9 * (determinant(data.stretch) - 1.0)[..., None] * IDENTITY
    np.testing.assert_allclose(fitted.predict(TIMES, data.stretch), expected, atol=1.0)


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        load_exported(tmp_path, density=1e4)


def test_a_kind_that_is_no_law_is_named(tmp_path):
    write_model(tmp_path / "model", collect("0" * 64, {}), ModelFile("oracle", {}), {})
    with pytest.raises(InputError, match="oracle"):
        load_exported(tmp_path / "model", density=1e4)


def test_a_damaged_model_is_refused(data, tmp_path):
    Pressure().fit(data, SPLIT, seed=0).export(tmp_path / "model", collect("0" * 64, {}))
    file = tmp_path / "model" / "model.json"
    file.write_text(file.read_text().replace("4", "5"))
    with pytest.raises(StoreError, match="damaged"):
        load_exported(tmp_path / "model", density=1e4)


def test_histories_that_do_not_fit_together_are_refused(data):
    with pytest.raises(InputError, match="histories"):
        Histories(TIMES[:-1], data.stretch, data.stress)
