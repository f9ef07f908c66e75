"""Surrogates in the workflow: what is made of them, and what a change trains again."""

import csv
import shutil

import pytest

from tests.workflow.conftest import Workflow


@pytest.fixture
def trained(trained_template, tmp_path):
    """A copy of the campaign with trained surrogates, time stamps included."""
    shutil.copytree(trained_template.folder, tmp_path, dirs_exist_ok=True, symlinks=True)
    copy = Workflow.__new__(Workflow)
    copy.folder = tmp_path
    return copy


def trainings(workflow, *arguments):
    """Return how many models a dry run would train."""
    return workflow.planned(*arguments).get("train_surrogate", 0)


def test_every_model_is_in_the_table_and_in_the_figure(trained_template):
    folder = trained_template.folder / "results" / "tiny"
    with (folder / "tables" / "surrogates.csv").open() as file:
        rows = [(row["surrogate"], row["train_paths"]) for row in csv.DictReader(file)]
    assert sorted(rows) == [("body", "10"), ("few", "10"), ("few", "5"), ("pressure only", "")]
    drawn = (folder / "figures" / "learning_curves_body.svg").read_text()
    assert ">few<" in drawn
    assert ">pressure only<" in drawn
    assert "3DTaylor" in (folder / "tables" / "comparison_table1.md").read_text()


def test_a_cross_validation_tests_every_training_path_once(trained_template):
    with (trained_template.folder / "results" / "tiny" / "tables" / "folds.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert (row["surrogate"], row["folds_by"], row["folds"], row["paths"]) == ("body", "path", "2", "10")
    assert 0.0 <= float(row["deviatoric_percent"]) <= float(row["deviatoric_worst_percent"])


def test_more_folds_train_their_models_alone(trained):
    assert trained.planned("--config", "surrogates={body: {folds: 3}}")["train_surrogate"] == 3


def test_the_last_words_of_a_campaign_are_numbers_of_its_tables(trained_template):
    tables = trained_template.folder / "results" / "tiny" / "tables"
    with (tables / "surrogates.csv").open() as file:
        errors = [row["deviatoric_percent"] for row in csv.DictReader(file) if row["train_paths"]]
    with (tables / "cost.csv").open() as file:
        (cost,) = [row["cpu_s"] for row in csv.DictReader(file) if row["rule"] == "all"]
    _, words = trained_template.said.split("results are in results/tiny/")
    assert f"unseen paths: {min(errors, key=float)} %" in words
    assert f"CPU time of the campaign: {cost} s" in words


def test_with_trained_surrogates_a_second_run_has_nothing_to_do(trained):
    assert trained.planned() == {}


def test_a_changed_setting_trains_that_surrogate_alone(trained):
    assert trainings(trained, "--config", "surrogates={few: {modes: 3}}") == 2
    assert trained.planned("--config", "surrogates={few: {modes: 3}}")["evaluate_surrogate"] == 2


def test_another_size_trains_one_model_more(trained):
    assert trainings(trained, "--config", "surrogates={few: {train_paths: [5, 8, 10]}}") == 1


def test_a_changed_data_set_trains_what_learns_from_it(trained):
    more = """
  other:
    rev: {kind: elastic, material: config/materials/magnesium.yaml}
    duration_s: 1.0e-6
    output_times: 11
    paths:
      - {family: uniaxial, split: train, count: 4, max_strain: 0.1}
      - {family: uniaxial, split: test, count: 2, max_strain: 0.1}
surrogates:"""
    trained.edit("surrogates:", more.lstrip("\n"))
    trained.edit("  body: {kind: elastic", "  else: {kind: pressure, dataset: other}\n  body: {kind: elastic")
    assert trainings(trained) == 1
    assert trainings(trained, "--config", "datasets={body: {output_times: 13}}") == 6


def test_a_misspelt_setting_ends_with_code_2_before_anything_runs(trained):
    trained.edit("modes: 2", "moeds: 2")
    result = trained.snakemake("--dry-run")
    assert result.returncode == 2
    assert "surrogates.few.moeds: unknown key; did you mean 'modes'?" in result.stderr


def test_planning_many_models_loads_no_torch(trained):
    trained.edit("workflow)", "workflow)\nimport sys\nassert 'torch' not in sys.modules", "Snakefile")
    assert trainings(trained, "--config", f"surrogates={{few: {{seeds: {list(range(100))}}}}}") == 198
