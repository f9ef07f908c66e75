"""Errors next to reference data, and the campaigns that reproduce the paper's Table 1."""

from collections import Counter
from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.config.comparison import read_reference
from hammerscale.config.machinery.default_file import flow
from hammerscale.errors import InputError
from hammerscale.plan.model_jobs import evaluation_file, first_model
from hammerscale.store.sealed_json import write_sealed_json
from hammerscale.study.tables.reference_table import write_reference_table
from hammerscale.study.tables.table import read_table
from tests.config.conftest import ROOT, small
from tests.study.tables.evaluation_files import document, errors

PAPER = ROOT / "config/reference/liu_2022_errors.csv"
PATHS = [
    {"family": "random_walk", "split": "train", "count": 30, "max_strain": 0.1},
    {"family": "uniaxial", "split": "test", "count": 3, "max_strain": 0.1},
]


@pytest.fixture
def campaign(tmp_path, monkeypatch):
    """Return a function that loads a campaign whose only surrogate is compared with some rows."""
    monkeypatch.chdir(tmp_path)

    def made(*cases):
        net = {"kind": "pca_net", "dataset": "bar", "train_paths": [10, 20]}
        rows = [{"surrogate": "net", "tested_on": "bar", "family": "uniaxial"} | case for case in cases]
        data = small(paths=PATHS) | {"surrogates": {"net": net}}
        data |= {"comparisons": {"table": {"file": str(PAPER), "rows": rows}}}
        (tmp_path / "config.yaml").write_text(flow(data))
        return load([tmp_path / "config.yaml"])

    return made


def evaluate(config, size, families):
    """Write the errors of the model of a size where the workflow would."""
    file = evaluation_file(config, first_model(config, "net", size), "bar")
    file.parent.mkdir(parents=True, exist_ok=True)
    write_sealed_json(file, document("net", size, families=families, pressure={"uniaxial": errors(0.5, 1.0)}))


def test_our_errors_stand_before_those_of_the_reference(campaign, tmp_path):
    config = campaign({"row": 13})
    evaluate(config, 20, {"uniaxial": errors(0.3, 0.4)})
    write_reference_table(config, "table", [tmp_path / "table.csv"])
    (row,) = read_table(tmp_path / "table.csv")
    ours = {"train_paths": "20", "test_paths": "4", "test_error": "15", "training_error": "1", "pca_output": "0.2"}
    theirs = {
        "train_paths_reference": "3200",
        "test_error_reference": "8",
        "training_error_reference": "5",
        "pca_output_reference": "0.46",
    }
    beyond = {"test_deviatoric": "40", "training_deviatoric": "3", "test_pressure_only": "25"}
    assert (ours | theirs | beyond).items() <= row.items()


def test_a_case_is_compared_with_the_model_of_its_size(campaign, tmp_path):
    config = campaign({"row": 17}, {"row": 16, "train_paths": 10})
    for size, error in ((10, 0.2), (20, 0.1)):
        evaluate(config, size, {"uniaxial": errors(error, 0.4)})
    write_reference_table(config, "table", [tmp_path / "table.csv"])
    found = [(row["case"], row["train_paths"], row["test_error"]) for row in read_table(tmp_path / "table.csv")]
    assert found == [("16", "10", "10"), ("17", "20", "5")]


def test_in_the_plane_the_total_error_is_compared(campaign, tmp_path):
    config = campaign({"row": 1})
    evaluate(config, 20, {"uniaxial": errors(0.3)})
    write_reference_table(config, "table", [tmp_path / "table.csv"])
    (row,) = read_table(tmp_path / "table.csv")
    assert row["test_error"] == "30"
    assert "test_deviatoric" not in row


def test_a_comparison_that_the_config_lacks_is_refused(campaign, tmp_path):
    with pytest.raises(InputError, match="no comparison 'tablee'; did you mean 'table'"):
        write_reference_table(campaign({"row": 1}), "tablee", [tmp_path / "table.csv"])


def test_the_papers_table_has_all_cases_once_and_says_where_it_comes_from():
    assert list(read_reference(PAPER)) == list(range(1, 26))
    assert PAPER.read_text().startswith("# source: ")


def table1_campaigns():
    return sorted((ROOT / "config/campaigns").glob("table1_*.yaml"))


def test_the_campaigns_of_table_1_reproduce_every_case_once(monkeypatch):
    monkeypatch.chdir(ROOT)
    comparisons = [one for file in table1_campaigns() for one in load([file]).comparisons.values()]
    cases = Counter(row.row for one in comparisons for row in one.rows)
    assert cases == Counter(range(1, 26))


@pytest.mark.parametrize("file", table1_campaigns(), ids=lambda file: file.stem)
def test_a_campaign_of_table_1_has_the_papers_numbers_of_paths_and_modes(file, monkeypatch):
    monkeypatch.chdir(ROOT)
    paper, config = read_reference(PAPER), load([file])
    for row in config.comparison("table1").rows:
        published, surrogate = paper[row.row], config.surrogate(row.surrogate)
        tests = [block for block in config.datasets[row.tested_on].paths if block.split == "test"]
        size = first_model(config, row.surrogate, row.train_paths).train_paths
        assert str(size) == published["train_paths"]
        assert f"{surrogate.modes}x" in published.get("modes", f"{surrogate.modes}x")
        count = sum(block.simulations for block in tests if block.family == row.family)
        # Case 9 prints 100 of the walks that the other cases have 1,000 of.
        assert count >= int(published.get("test_paths", 1))
        assert {block.max_strain for block in tests} == {float(published["max_strain_percent"]) / 100}


@pytest.mark.parametrize("file", sorted((ROOT / "config/campaigns").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_campaign_is_a_valid_config_named_like_its_file(file: Path, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert load([file]).campaign.name == file.stem
