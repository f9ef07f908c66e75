"""The verbs: a data set becomes an exported model, a model becomes a table of errors."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hammerscale.cli import app
from hammerscale.errors import InputError
from hammerscale.surrogate.evaluate import evaluate_model
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.order import Order
from hammerscale.surrogate.train import SURROGATES, train_surrogate
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


@pytest.mark.parametrize("name", SURROGATES)
def test_every_surrogate_trains_by_its_name_and_loads_again(name, dataset, tmp_path):
    run("train", "--dataset", dataset, "--surrogate", name, "-o", tmp_path / "model", "--max-minutes", 0.02)
    run("evaluate", tmp_path / "model", "--dataset", dataset, "-o", tmp_path / "metrics.json")
    table = json.loads((tmp_path / "metrics.json").read_text())
    assert {"total", "deviatoric", "per_component", "p95", "max", "families", "pressure_only"} <= set(table)
    assert table["paths"] == 3
    assert table["pressure_only"]["deviatoric"] == pytest.approx(1.0)
    assert set(table["families"]) == {"random_walk", "cavity"}


@pytest.mark.parametrize("name", ["nearest", "linear", "pca_net", "rno", "gru"])
def test_surrogates_without_physics_train_on_components_in_the_plane(name, write_dataset, tmp_path):
    file = write_dataset(plane_histories(13), splits=SPLITS)
    train_surrogate(file, Order(name, max_minutes=0.02), tmp_path / "model")
    table = evaluate_model(tmp_path / "model", file, "test")
    assert "deviatoric" not in table
    assert table["total"] > 0.0


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
    paths: [{{family: uniaxial, split: train, count: 9, max_strain: 0.1}}]
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
