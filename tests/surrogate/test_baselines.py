"""The baselines: each is exact where it can be, keeps the contract and survives its export."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.cell.elastic_body import elastic_stress
from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.surrogate.baselines.elastic_baseline import ElasticModuli
from hammerscale.surrogate.baselines.linear_map import Linear
from hammerscale.surrogate.baselines.nearest import Nearest
from hammerscale.surrogate.baselines.pressure import Pressure
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.socket import Histories, Split
from tests.contracts import surrogate as contract
from tests.surrogate.histories import plane_histories, random_stretch, relaxing_histories, varied_histories

SPLIT = Split(train=np.arange(8), validation=np.arange(8, 10))
BASELINES = [Pressure(), ElasticModuli(), Nearest(), Linear(modes=6)]


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda b: type(b).__name__)
def test_contract_of_a_surrogate(baseline):
    data = relaxing_histories(12)
    contract.check_fit_is_reproducible(baseline, data, SPLIT)
    contract.check_training_rows_only(baseline, data, SPLIT)


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda b: type(b).__name__)
def test_an_exported_baseline_predicts_the_same_bits(baseline, tmp_path):
    data = relaxing_histories(12)
    fitted = baseline.fit(data, SPLIT, seed=0)
    fitted.export(tmp_path / "model", collect("0" * 64, {}), {"total": 0.5})
    loaded = load_model(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(data.times, data.stretch), fitted.predict(data.times, data.stretch))


def test_the_elastic_baseline_finds_both_moduli_of_an_elastic_body():
    times, stretch = random_stretch(10, 9)
    data = Histories(times, stretch, elastic_stress(stretch, 25e9, 24e9), volumetric_isochoric=True)
    fitted = ElasticModuli().fit(data, SPLIT, seed=0)
    assert fitted.shear_modulus == pytest.approx(25e9, rel=1e-12)
    assert fitted.bulk_modulus == pytest.approx(48e9, rel=1e-12)
    np.testing.assert_allclose(fitted.predict(times, stretch), data.stress, atol=1.0)


def test_the_nearest_path_of_a_known_path_is_itself():
    data = relaxing_histories(12)
    fitted = Nearest().fit(data, SPLIT, seed=0)
    np.testing.assert_array_equal(fitted.predict(data.times, data.stretch[:8]), data.stress[:8])


def test_the_nearest_path_is_the_one_with_the_smallest_distance():
    data = relaxing_histories(30)
    fitted = Nearest().fit(data, Split(np.arange(25), np.arange(25, 26)), seed=0)
    gaps = ((data.stretch[26:, None] - data.stretch[None, :25]) ** 2)[:, :, 1:-1].sum(axis=(2, 3))
    gaps += 0.5 * ((data.stretch[26:, None] - data.stretch[None, :25]) ** 2)[:, :, [0, -1]].sum(axis=(2, 3))
    expected = data.stress[gaps.argmin(axis=1)]
    np.testing.assert_array_equal(fitted.predict(data.times, data.stretch[26:]), expected)


def test_the_linear_map_is_exact_for_an_affine_functional_with_memory():
    data = relaxing_histories(60)
    memory = np.tril(np.exp(-np.subtract.outer(data.times, data.times) / 0.1))
    stress = 1e9 * (np.einsum("ts,nsc->ntc", memory, data.stretch) + 3.0)
    linear = Histories(data.times, data.stretch, stress)
    fitted = Linear(modes=21, ridge=0.0).fit(linear, Split(np.arange(55), np.arange(0)), seed=0)
    predicted = fitted.predict(data.times, data.stretch[:55])
    np.testing.assert_allclose(predicted, stress[:55], atol=1e-6 * np.abs(stress).max())


def test_the_linear_map_is_exact_on_unseen_paths_where_the_functional_is_affine_in_a_parameter():
    data = varied_histories(60, samples=6)
    memory = np.tril(np.exp(-np.subtract.outer(data.times, data.times) / 0.1))
    factor = data.parameters[:, 0, None, None]
    stress = 1e9 * (factor * np.einsum("ts,nsc->ntc", memory, data.stretch) + 3.0 * factor - 2.0)
    data, seen = replace(data, stress=stress), Split(np.arange(150), np.arange(0))
    fitted = Linear(ridge=1e-15).fit(data, seen, seed=0)
    predicted = fitted.predict(data.times, data.stretch, data.parameters[:, :1])
    np.testing.assert_allclose(predicted[150:], stress[150:], atol=1e-6 * np.abs(stress).max())
    blind = Linear(ridge=1e-15).fit(data.without_parameters(), seen, seed=0)
    assert np.abs(blind.predict(data.times, data.stretch) - stress).max() > 1e9


def test_an_exported_linear_map_keeps_its_parameters(tmp_path):
    data = varied_histories()
    fitted = Linear(modes=6).fit(data, SPLIT, seed=0)
    fitted.export(tmp_path / "model", collect("0" * 64, {}))
    loaded, parameters = load_model(tmp_path / "model"), data.parameters[:, :1]
    assert loaded.inputs == fitted.inputs
    expected = fitted.predict(data.times, data.stretch, parameters)
    np.testing.assert_array_equal(loaded.predict(data.times, data.stretch, parameters), expected)
    assert "material.slip.tau0 from 1 to 3 MPa" in (tmp_path / "model" / "README.md").read_text()


def test_baselines_answer_on_another_time_grid():
    coarse = relaxing_histories(12, samples=21)
    fitted = Nearest().fit(coarse, SPLIT, seed=0)
    fine_times, fine = random_stretch(12, 41)
    np.testing.assert_allclose(fitted.predict(fine_times, fine)[:8, ::2], coarse.stress[:8], atol=1e-3)


@pytest.mark.parametrize("baseline", [Nearest(), Linear(modes=4)])
def test_baselines_without_physics_take_any_components(baseline):
    data = plane_histories(12)
    assert baseline.fit(data, SPLIT, seed=0).predict(data.times, data.stretch).shape == data.stress.shape


@pytest.mark.parametrize("baseline", [Pressure(), ElasticModuli()])
def test_baselines_with_physics_refuse_other_components(baseline):
    with pytest.raises(InputError, match="three dimensions"):
        baseline.fit(plane_histories(12), SPLIT, seed=0)


def test_a_linear_map_of_one_path_answers_with_its_stress():
    data = relaxing_histories(3)
    fitted = Linear().fit(data, Split(np.arange(1), np.arange(0)), seed=0)
    predicted = fitted.predict(data.times, data.stretch)
    np.testing.assert_allclose(predicted, np.broadcast_to(data.stress[:1], predicted.shape), rtol=1e-6, atol=1.0)
