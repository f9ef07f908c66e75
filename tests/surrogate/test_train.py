"""The verbs: a data set becomes an exported model, a model becomes a table of errors."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hammerscale.cli import app
from hammerscale.crystal.material import material_of
from hammerscale.errors import InputError, StoreError
from hammerscale.microstructure.symmetry import ALL, AXIS, NONE, UNKNOWN, Symmetry
from hammerscale.provenance import collect
from hammerscale.registry import SURROGATES
from hammerscale.store.lock import filling
from hammerscale.store.sealed_json import write_sealed_json
from hammerscale.surrogate.baselines.pressure import Pressure
from hammerscale.surrogate.embedded.embedded_crystals import load_crystals
from hammerscale.surrogate.evaluate import evaluate_model
from hammerscale.surrogate.model_folder import read_model
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.train import make_surrogate, train_surrogate
from hammerscale.surrogate.training.settings import SPENT_FILE
from hammerscale.surrogate.training_request import Order
from tests.crystal.materials import MAGNESIUM
from tests.surrogate.embedded.test_embedded_crystals import model
from tests.surrogate.histories import plane_histories, relaxing_histories

ROOT = Path(__file__).parents[2]
SPLITS = ["train"] * 8 + ["validation"] * 2 + ["test"] * 3
FAMILIES = ["random_walk"] * 11 + ["cavity"] * 2


@pytest.fixture
def dataset(write_dataset):
    return write_dataset(relaxing_histories(13), splits=SPLITS, families=FAMILIES)


def run(*arguments):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


@pytest.mark.parametrize("name", sorted(set(SURROGATES) - {"embedded_crystals"}))
def test_every_surrogate_trains_by_its_name_and_loads_again(name, dataset, tmp_path):
    run("train", "--dataset", dataset, "--surrogate", name, "-o", tmp_path / "model", "--max-minutes", 0.02)
    run("evaluate", tmp_path / "model", "--dataset", dataset, "-o", tmp_path / "metrics.json")
    table = json.loads((tmp_path / "metrics.json").read_text())
    assert {"total", "deviatoric", "per_component", "p95", "max", "families", "pressure_only"} <= set(table)
    assert table["paths"] == 3
    assert table["pressure_only"]["deviatoric"] == pytest.approx(1.0)
    assert set(table["families"]) == {"random_walk", "cavity"}


def test_embedded_crystals_train_with_the_constants_of_a_crystal(dataset, tmp_path):
    settings = {"material": asdict(MAGNESIUM), "grains": 2, "candidates": 8, "search_paths": 2}
    report = train_surrogate(dataset, Order("embedded_crystals", settings=settings), tmp_path / "model")
    assert evaluate_model(tmp_path / "model", dataset, "test")["total"] == report["test"]["total"]


def test_embedded_crystals_take_the_constants_that_the_data_set_names(write_dataset, tmp_path):
    softer = replace(MAGNESIUM, shear_modulus=0.5 * MAGNESIUM.shear_modulus)
    file = write_dataset(relaxing_histories(13), splits=SPLITS, constants=asdict(softer))
    settings = {"grains": 2, "candidates": 8, "search_paths": 2}
    train_surrogate(file, Order("embedded_crystals", settings=settings), tmp_path / "model")
    assert load_crystals(read_model(tmp_path / "model")).material == softer


def test_the_verb_prefers_the_constants_of_a_file(monkeypatch, tmp_path):
    orders = []
    monkeypatch.setattr(
        "hammerscale.surrogate.train.train_surrogate", lambda data, order, to: orders.append(order) or {}
    )
    material = ROOT / "config/materials/magnesium.yaml"
    (tmp_path / "d.nc").write_bytes(bytes(100))
    command = "train", "--dataset", tmp_path / "d.nc", "--surrogate", "embedded_crystals", "--material", material
    run(*command, "-o", tmp_path / "model")
    assert material_of(orders[0].settings["material"]).shear_modulus == MAGNESIUM.shear_modulus


@pytest.mark.parametrize("name", ["linear", "embedded_crystals"])
def test_a_time_limit_of_what_is_no_network_is_said_to_have_no_effect(name, tmp_path, caplog):
    settings = {"material": asdict(MAGNESIUM)} if name == "embedded_crystals" else {}
    make_surrogate(Order(name, settings=settings), tmp_path, 1e-6)
    assert not caplog.records
    make_surrogate(Order(name, settings=settings, max_minutes=10.0), tmp_path, 1e-6)
    assert f"{name} is no network: a limit of 10 minutes has no effect" in caplog.text


def test_embedded_crystals_without_constants_are_refused(dataset, tmp_path):
    with pytest.raises(InputError, match="--material"):
        train_surrogate(dataset, Order("embedded_crystals"), tmp_path / "model")


def test_constants_for_a_surrogate_that_embeds_no_crystal_are_refused(dataset, tmp_path):
    arguments = [
        "train",
        "--dataset",
        dataset,
        "--surrogate",
        "linear",
        "--material",
        "m.yaml",
        "-o",
        tmp_path / "model",
    ]
    with pytest.raises(InputError, match="takes no --material"):
        CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.mark.parametrize("name", ["nearest", "linear", "pca_net", "rno", "gru"])
def test_surrogates_without_physics_train_on_components_in_the_plane(name, write_dataset, tmp_path):
    file = write_dataset(plane_histories(13), splits=SPLITS)
    train_surrogate(file, Order(name, max_minutes=0.02), tmp_path / "model")
    table = evaluate_model(tmp_path / "model", file, "test")
    assert "deviatoric" not in table
    data = plane_histories(13)
    stress = data.stress[-3:]
    gap = load_model(tmp_path / "model").predict(data.times, data.stretch)[-3:] - stress
    error, whole = (np.trapezoid((part**2).sum(axis=-1), data.times, axis=1) for part in (gap, stress))
    assert table["total"] == pytest.approx(np.sqrt(error / whole).mean())


def test_the_exported_folder_tells_how_the_model_was_trained(dataset, tmp_path):
    report = train_surrogate(dataset, Order("elastic", train_paths=5, seed=3), tmp_path / "model")
    assert report["train_paths"] == 5
    written = json.loads((tmp_path / "model" / "metrics.json").read_text())
    assert written["test"]["deviatoric"] == report["test"]["deviatoric"]
    card = (tmp_path / "model" / "README.md").read_text()
    assert "| train_paths | 5 |" in card
    assert "| seed | 3 |" in card


def test_the_reported_errors_are_those_of_the_exported_model(dataset, tmp_path):
    report = train_surrogate(dataset, Order("gru", max_minutes=0.02), tmp_path / "model")
    table = evaluate_model(tmp_path / "model", dataset, "test")
    assert report["test"]["total"] == table["total"]


class Resumed:
    """A surrogate whose training was interrupted an hour and a half of processor time ago."""

    def __init__(self, folder):
        self.folder = folder

    def fit(self, data, split, seed):
        self.folder.mkdir()
        write_sealed_json(self.folder / SPENT_FILE, {"wall_s": 9000.0, "cpu_s": 5400.0})
        return Pressure().fit(data, split, seed)


def test_the_cost_of_a_resumed_training_holds_what_was_spent_before(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("hammerscale.surrogate.train.make_surrogate", lambda order, folder, duration_s: Resumed(folder))
    report = train_surrogate(dataset, Order("pressure"), tmp_path / "model")
    assert 5400.0 <= report["training_cpu_s"] < 5460.0
    assert 9000.0 <= report["training_wall_s"] < 9060.0


def test_one_training_at_a_time_works_on_a_model(dataset, tmp_path):
    with ThreadPoolExecutor(1) as pool:
        with filling(tmp_path / "model"):
            waiting = pool.submit(train_surrogate, dataset, Order("pressure"), tmp_path / "model")
            time.sleep(1.0)
            was_there = (tmp_path / "model").exists()
        waiting.result()
    assert not was_there
    assert (tmp_path / "model").exists()


@pytest.mark.parametrize("variable", ["RANK", "LOCAL_RANK", "SLURM_PROCID"])
def test_a_process_that_another_of_the_same_training_leads_does_not_wait_for_it(
    dataset, tmp_path, monkeypatch, variable
):
    monkeypatch.setenv(variable, "1")
    with filling(tmp_path / "model"):
        train_surrogate(dataset, Order("pressure"), tmp_path / "model")
    assert (tmp_path / "model").exists()


def test_data_that_were_replaced_during_a_training_make_no_model(dataset, tmp_path, monkeypatch):
    class Replacing(Resumed):
        def fit(self, data, split, seed):
            dataset.write_bytes(dataset.read_bytes()[:-2] + b"0\n")
            return Pressure().fit(data, split, seed)

    monkeypatch.setattr(
        "hammerscale.surrogate.train.make_surrogate", lambda order, folder, duration_s: Replacing(folder)
    )
    monkeypatch.setattr("hammerscale.surrogate.train.evaluate_rows", lambda *_: {})
    with pytest.raises(StoreError, match="was replaced while it was read"):
        train_surrogate(dataset, Order("pressure"), tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_the_subset_of_a_seed_decides_what_is_remembered(dataset, tmp_path):
    for seed in (0, 1):
        train_surrogate(dataset, Order("nearest", train_paths=2, seed=seed), tmp_path / str(seed))
    first, second = (load_model(tmp_path / str(seed)).stretch for seed in (0, 1))
    assert len(first) == len(second) == 2
    assert not np.array_equal(first, second)


CAMPAIGN = """
campaign: {{name: small}}
datasets:
  bar:
    rev: {{kind: elastic, material: {material}}}
    duration_s: 1.0e-6
    paths:
      - {{family: uniaxial, split: train, count: 9, max_strain: 0.1}}
      - {{family: uniaxial, split: test, count: 2, max_strain: 0.1}}
surrogates:
  few_modes: {{kind: linear, dataset: bar, modes: 3}}
"""


@pytest.fixture
def campaign(tmp_path):
    file = tmp_path / "campaign.yaml"
    file.write_text(CAMPAIGN.format(material=ROOT / "config/materials/magnesium.yaml"))
    return file


def test_the_surrogates_of_a_config_are_trained_by_their_name_with_their_settings(dataset, campaign, tmp_path):
    named = ("--dataset", dataset, "--surrogate", "few_modes", "--configfile", campaign)
    run("train", *named, "-o", tmp_path / "three")
    run("train", *named, "--config", "surrogates.few_modes.modes=2", "-o", tmp_path / "two")
    assert [load_model(tmp_path / name).strain.modes.shape[1] for name in ("three", "two")] == [3, 2]


def test_a_surrogate_that_the_config_lacks_is_refused_with_the_one_that_was_meant(dataset, campaign, tmp_path):
    arguments = [
        "train",
        "--dataset",
        dataset,
        "--surrogate",
        "few_mode",
        "--configfile",
        campaign,
        "-o",
        tmp_path / "m",
    ]
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert isinstance(done.exception, InputError)
    assert "did you mean 'few_modes'" in str(done.exception)


def test_a_table_of_errors_says_how_the_model_was_trained_and_what_its_modes_lose(dataset, tmp_path):
    train_surrogate(dataset, Order("linear", train_paths=5, seed=3, settings={"modes": 2}), tmp_path / "model")
    table = evaluate_model(tmp_path / "model", dataset, "test")
    assert table["trained"]["train_paths"] == 5
    assert table["trained"]["settings"] == {"modes": 2}
    few = table["pca"]
    train_surrogate(dataset, Order("linear", train_paths=5, seed=3, settings={"modes": 4}), tmp_path / "model")
    more = evaluate_model(tmp_path / "model", dataset, "test")["pca"]
    assert 0.0 < more["input"] < few["input"]
    assert 0.0 < more["output"] < few["output"]


def test_paths_of_another_length_than_the_learned_ones_are_refused(dataset, tmp_path):
    replace(model(), duration_s=3e-6).export(tmp_path / "model", collect("0" * 64, {}))
    with pytest.raises(InputError, match="last 3e-06 s, the data hold some that last 1e-06 s"):
        evaluate_model(tmp_path / "model", dataset, "test")


@pytest.mark.parametrize("name", ["pressure", "nearest", "rno", "gru", "pca_net"])
def test_a_training_on_paths_of_different_lengths_is_refused(name, write_dataset, tmp_path):
    file = write_dataset(relaxing_histories(13), splits=SPLITS, durations=[1e-6] * 12 + [1e-3])
    with pytest.raises(InputError, match=r"last from 1e-06 to 0\.001 s"):
        train_surrogate(file, Order(name, max_minutes=0.02), tmp_path / "model")


def test_lengths_that_differ_by_round_off_are_one(write_dataset, tmp_path):
    file = write_dataset(relaxing_histories(13), splits=SPLITS, durations=1e-6 * (1.0 + 1e-7 * np.arange(13)))
    assert train_surrogate(file, Order("nearest"), tmp_path / "model")["duration_s"] == 1e-6


@pytest.mark.parametrize("name", ["rno", "gru"])
def test_models_with_a_memory_refuse_paths_that_do_not_start_at_rest(name, write_dataset, tmp_path):
    whole = relaxing_histories(13)
    cut = replace(whole, times=whole.times[:-3], stretch=whole.stretch[:, 3:], stress=whole.stress[:, 3:])
    with pytest.raises(InputError, match="do not start at rest"):
        train_surrogate(write_dataset(cut, splits=SPLITS), Order(name, max_minutes=0.02), tmp_path / "model")


def test_what_a_map_of_whole_paths_assumes_of_their_start_is_said(write_dataset, tmp_path, caplog):
    whole = relaxing_histories(13)
    cut = replace(whole, times=whole.times[:-3], stretch=whole.stretch[:, 3:], stress=whole.stress[:, 3:])
    train_surrogate(write_dataset(cut, splits=SPLITS), Order("nearest"), tmp_path / "model")
    assert "nearest is taken to meet only paths that start as these do" in caplog.text


QUICK = {"epochs": 1}
SMALL = {"states": 4, "width": 4, "readout_width": 4}
BY_SYMMETRY = {
    Symmetry(ALL, None, "drawn"): "all rotations for 95% of the training",
    Symmetry(AXIS, (0.0, 0.0, 1.0), "made"): "rotations about (0, 0, 1) for 95% of the training",
    Symmetry(NONE, None, "rolled"): "no rotations",
    UNKNOWN: "no rotations",
}


@pytest.mark.parametrize("symmetry", BY_SYMMETRY, ids=lambda one: one.reason)
def test_paths_are_turned_by_the_symmetry_of_the_data_and_log_and_model_say_so(
    symmetry, write_dataset, tmp_path, caplog
):
    caplog.set_level("INFO")
    file = write_dataset(replace(relaxing_histories(13), symmetry=symmetry), splits=SPLITS)
    train_surrogate(file, Order("rno", settings=SMALL, training=QUICK), tmp_path / "model")
    assert read_model(tmp_path / "model").document["turned"] == BY_SYMMETRY[symmetry]
    assert f"paths are turned by {BY_SYMMETRY[symmetry]}; {symmetry.reason}" in caplog.text


def test_a_wish_to_turn_what_has_no_symmetry_is_refused(dataset, tmp_path):
    order = Order("rno", settings={"turned_until": 0.5}, training=QUICK)
    with pytest.raises(InputError, match=r"turned_until is 0\.5, but the material may not be turned"):
        train_surrogate(dataset, order, tmp_path / "model")


def test_a_wish_not_to_turn_is_followed(write_dataset, tmp_path):
    file = write_dataset(replace(relaxing_histories(13), symmetry=Symmetry(ALL, None, "drawn")), splits=SPLITS)
    train_surrogate(file, Order("rno", settings={**SMALL, "turned_until": 0.0}, training=QUICK), tmp_path / "model")
    assert read_model(tmp_path / "model").document["turned"] == "no rotations"


@pytest.mark.parametrize(("name", "quick"), [("linear", {}), ("rno", {"settings": SMALL, "training": QUICK})])
def test_an_evaluation_on_the_same_data_in_another_order_has_the_same_errors(name, quick, write_dataset, tmp_path):
    data, order = relaxing_histories(13), [2, 0, 5, 1, 4, 3]
    names = tuple(data.stretch_components[i] for i in order)
    other = replace(
        data,
        stretch=data.stretch[..., order],
        stress=data.stress[..., order],
        stretch_components=names,
        stress_components=names,
    )
    straight = write_dataset(data, splits=SPLITS)
    train_surrogate(straight, Order(name, **quick), tmp_path / "model")
    first = evaluate_model(tmp_path / "model", straight, "test")
    second = evaluate_model(tmp_path / "model", write_dataset(other, splits=SPLITS, name="other.nc"), "test")
    assert second["total"] == first["total"]
    assert second["deviatoric"] == first["deviatoric"]


def test_an_evaluation_on_another_measure_of_strain_is_refused(dataset, write_dataset, tmp_path):
    train_surrogate(dataset, Order("nearest"), tmp_path / "model")
    other = replace(relaxing_histories(13), strain_kind="small_strain")
    with pytest.raises(InputError, match="the model maps stretch"):
        evaluate_model(tmp_path / "model", write_dataset(other, splits=SPLITS, name="other.nc"), "test")


def test_the_pressure_alone_is_told_by_family_too(dataset, tmp_path):
    train_surrogate(dataset, Order("elastic"), tmp_path / "model")
    alone = evaluate_model(tmp_path / "model", dataset, "test")["pressure_only"]["families"]
    assert {name: errors["paths"] for name, errors in alone.items()} == {"random_walk": 1, "cavity": 2}


def test_an_unknown_surrogate_is_refused_with_the_known_ones(dataset, tmp_path):
    with pytest.raises(InputError, match="pca_net"):
        train_surrogate(dataset, Order("oracle"), tmp_path / "model")


def test_a_split_without_paths_is_refused(dataset, tmp_path):
    train_surrogate(dataset, Order("pressure"), tmp_path / "model")
    with pytest.raises(InputError, match="'tset'"):
        evaluate_model(tmp_path / "model", dataset, "tset")
