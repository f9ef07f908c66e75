"""Which models a campaign trains, where they lie and what each depends on."""

from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.config.machinery.default_file import flow
from hammerscale.plan.model_jobs import ModelPlan, evaluation_file, first_model, folds_of, model_folder, models_of
from tests.config.conftest import ROOT, small

PATHS = [
    {"family": "random_walk", "split": "train", "count": 30, "max_strain": 0.1},
    {"family": "uniaxial", "split": "test", "count": 3, "max_strain": 0.1},
]
SURROGATES = {
    "net": {"kind": "rno", "dataset": "bar", "train_paths": [10, 30], "seeds": [4, 2], "one_seed_above": 10},
    "line": {"kind": "linear", "dataset": "bar", "tested_on": ["other"]},
}


@pytest.fixture
def config(tmp_path):
    """Return a function that loads a campaign of two surrogates with changes in its surrogate `net`."""

    def load_with(**changes):
        data = small(paths=PATHS) | {"surrogates": SURROGATES | {"net": SURROGATES["net"] | changes}}
        data["datasets"]["other"] = data["datasets"]["bar"]
        file = tmp_path / "config.yaml"
        file.write_text(flow(data))
        return load([file])

    return load_with


def plan(config, identity=lambda name: name):
    return ModelPlan(config, identity)


def test_there_is_a_model_per_size_and_seed_and_one_seed_above_a_bound(config):
    assert [model.name for model in models_of(config(), "net")] == [
        "paths_10_seed_4",
        "paths_10_seed_2",
        "paths_30_seed_4",
    ]


def test_without_sizes_all_training_paths_are_meant(config):
    assert [model.name for model in models_of(config(), "line")] == ["paths_30_seed_0"]


def test_laws_take_the_model_with_most_paths_and_the_first_seed(config):
    one = config()
    assert model_folder(one, first_model(one, "net")) == Path("results/small/models/net/paths_30_seed_4")


def test_errors_lie_beside_the_folder_of_the_model_one_table_per_data_set(config):
    one = config()
    model = first_model(one, "line")
    assert evaluation_file(one, model, "other") == Path("results/small/models/line/paths_30_seed_0_on_other.json")
    assert [Path(file).name for file in plan(one).evaluation_files()] == [
        "paths_10_seed_4_on_bar.json",
        "paths_10_seed_2_on_bar.json",
        "paths_30_seed_4_on_bar.json",
        "paths_30_seed_0_on_bar.json",
        "paths_30_seed_0_on_other.json",
    ]


def test_learning_curves_are_of_the_data_sets_that_are_learned_from(config):
    assert plan(config()).learned_from == ("bar",)
    assert plan(config()).evaluation_files("other") == []


def test_who_wants_all_paths_names_no_number_since_some_simulations_may_have_failed(config):
    assert plan(config()).options("net", 10) == ("--train-paths", "10")
    assert plan(config()).options("net", 30) == ()


def test_a_cross_validation_has_a_model_per_fold_of_the_one_that_laws_take(config):
    one = config(folds=3, folds_by="microstructure")
    names = [model.name for model in folds_of(one, "net")]
    assert names == [f"paths_30_seed_4_fold_{fold}" for fold in range(3)]
    assert [folder.name for folder in plan(one).fold_folders()] == names
    assert [model.name for model in plan(one).models() if model.surrogate == "net"][3:] == names
    assert plan(one).options("net", 30, folds_of(one, "net")[2].part) == ("--fold", "2")
    assert plan(one).tables == ("surrogates", "folds")


def test_models_of_folds_stand_in_no_learning_curve_and_change_no_other_model(config):
    without, folded, more = (plan(config(**each)) for each in ({}, {"folds": 2}, {"folds": 3}))
    assert folded.evaluation_files() == without.evaluation_files()
    assert folded.identity("net", 30, 4) == without.identity("net", 30, 4)
    by_structure = plan(config(folds=2, folds_by="microstructure"))
    found = [one.identity("net", 30, 4, "_fold_1") for one in (folded, more, by_structure)]
    assert len({*found, folded.identity("net", 30, 4, "_fold_0"), folded.identity("net", 30, 4)}) == 5


@pytest.mark.parametrize(
    ("changes", "matters"),
    [
        ({"states": 5}, True),
        ({"training": {"epochs": 2}}, True),
        ({"seeds": [4]}, False),
        ({"averages_over": ["microstructure"]}, True),
    ],
)
def test_the_settings_of_a_surrogate_decide_its_identity_and_no_other(config, changes, matters):
    before, after = (plan(config(**each)) for each in ({}, changes))
    assert (before.identity("net", 10, 4) != after.identity("net", 10, 4)) is matters
    assert before.identity("line", 30, 0) == after.identity("line", 30, 0)


def test_size_seed_and_data_set_decide_the_identity(config):
    one = plan(config())
    another_data_set = plan(config(), lambda name: name + "'")
    found = [one.identity("net", 10, 4), one.identity("net", 10, 2), one.identity("net", 30, 4)]
    assert len({*found, another_data_set.identity("net", 10, 4)}) == 4


def test_the_time_asked_for_follows_the_time_limit_and_grows_with_the_attempt(config):
    limited = plan(config(training={"max_minutes": 100}))
    assert 100 < limited.runtime_min("net", 1) < 150
    assert limited.runtime_min("net", 2) == 2 * limited.runtime_min("net", 1)
    assert plan(config()).runtime_min("net", 1) > 240


def test_a_baseline_asks_for_one_thread_and_no_gpu(config):
    assert (plan(config()).training("line").threads, plan(config()).training("line").gpus) == (1, 0)


def test_tables_are_made_of_what_there_is(config):
    assert plan(config()).tables == ("surrogates",)


def test_models_are_probed_of_data_sets_with_one_polycrystal_alone(config, tmp_path):
    folder = Path("results/small/models/net/paths_30_seed_4")
    assert plan(config()).probed["bar"][0] == folder
    # What varies in test paths alone, or in a path, makes several cells or lengths, too.
    for axes in (
        "datasets.bar.microstructures=[{name: base}, {name: other, microstructure_seed: 3, split: test}]",
        "datasets.bar.parameters={path.max_strain: {values: [0.05, 0.1]}}",
    ):
        assert plan(load([tmp_path / "config.yaml"], [axes])).probed == {}


def test_a_comparison_is_a_table_made_of_its_file_and_of_what_was_found_for_its_models(tmp_path):
    table = str(ROOT / "config/reference/liu_2022_errors.csv")
    row = {"row": 11, "surrogate": "net", "tested_on": "bar", "family": "uniaxial"}
    comparisons = {"mine": {"file": table, "rows": [row, row | {"row": 12}, row | {"row": 13, "train_paths": 10}]}}
    data = small(paths=PATHS) | {"surrogates": {"net": SURROGATES["net"]}, "comparisons": comparisons}
    (tmp_path / "config.yaml").write_text(flow(data))
    planned = plan(load([tmp_path / "config.yaml"]))
    assert planned.tables == ("surrogates", "comparison_mine")
    folder = "results/small/models/net"
    errors = [f"{folder}/paths_{size}_seed_4_on_bar.json" for size in (30, 10)]
    assert planned.comparison_inputs("mine") == [table, *errors]
    fewer = load([tmp_path / "config.yaml"], ["comparisons.mine.rows.0.row=13"])
    assert plan(fewer).comparison_identity("mine") != planned.comparison_identity("mine")
