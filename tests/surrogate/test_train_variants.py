"""Trainings on several materials and on folds: what a model is given, averages over and is tested on."""

import pytest

from hammerscale.errors import InputError
from hammerscale.surrogate.evaluate import evaluate_model
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.train import train_surrogate
from hammerscale.surrogate.training_request import Fold, Order
from tests.surrogate.histories import relaxing_histories, varied_histories

SPLITS = ["train"] * 8 + ["validation"] * 2 + ["test"] * 3
VARIED = ["train"] * 15 + ["validation"] * 3 + ["test"] * 6


def test_a_surrogate_without_parameters_is_refused_on_several_materials_unless_the_mean_is_wanted(
    write_dataset, tmp_path
):
    file = write_dataset(varied_histories(), splits=VARIED)
    with pytest.raises(InputError, match=r"3 combinations of material parameters[\s\S]*averages_over: \[parameters\]"):
        train_surrogate(file, Order("nearest"), tmp_path / "model")
    report = train_surrogate(file, Order("nearest", averages_over=("parameters",)), tmp_path / "model")
    assert report["averages_over"] == ["parameters"]


def test_what_takes_parameters_learns_more_than_the_mean_over_them(write_dataset, tmp_path):
    file = write_dataset(varied_histories(60, samples=6), splits=["train"] * 150 + ["test"] * 30)
    orders = {"seeing": Order("linear"), "mean": Order("linear", averages_over=("parameters",))}
    errors = {
        name: train_surrogate(file, order, tmp_path / name)["test"]["deviatoric"] for name, order in orders.items()
    }
    assert errors["seeing"] < 0.5 * errors["mean"]
    assert evaluate_model(tmp_path / "seeing", file, "test")["deviatoric"] == errors["seeing"]


def test_a_model_with_parameters_is_not_evaluated_on_data_without_them(write_dataset, tmp_path):
    file = write_dataset(varied_histories(), splits=VARIED, name="varied.nc")
    dataset = write_dataset(relaxing_histories(13), splits=SPLITS)
    train_surrogate(file, Order("linear"), tmp_path / "model")
    with pytest.raises(InputError, match=r"the data hold no material\.slip\.tau0"):
        evaluate_model(tmp_path / "model", dataset, "test")


def test_a_fold_is_tested_on_its_part_of_the_training_paths(write_dataset, tmp_path):
    dataset, paths = write_dataset(relaxing_histories(13), splits=SPLITS), []
    for number in range(4):
        order = Order("nearest", fold=Fold(number, 4, "path"))
        report = train_surrogate(dataset, order, tmp_path / str(number))
        assert report["fold"] == {"number": number, "folds": 4, "by": "path"}
        assert report["train_paths"] + report["test"]["paths"] == 8
        assert report["validation"]["paths"] == 2
        paths.append(len(load_model(tmp_path / str(number)).stretch))
    assert sum(8 - count for count in paths) == 8
