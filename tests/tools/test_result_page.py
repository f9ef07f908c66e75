"""Kept results: every table says what made it, its page shows it as it is, and texts quote it as it is."""

import re
from pathlib import Path

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.sealed_json import write_sealed_json
from hammerscale.store.variable import Variable
from hammerscale.study.tables.table import write_table
from tools.result_page import keep_results, page, read_kept

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "results"
TABLES = sorted(KEPT.glob("*/*.csv"))
QUOTING = (ROOT / "docs/explanation/surrogates.md").read_text(encoding="utf-8")
COLUMNS = ("learned_from", "tested_on", "family", "surrogate", "train_paths")
ERRORS = ("total_percent", "deviatoric_percent", "paper_metric_percent")


@pytest.fixture
def campaign(tmp_path):
    """Return the folder of a finished campaign."""
    folder = tmp_path / "mine"
    (folder / "tables").mkdir(parents=True)
    (folder / "figures").mkdir()
    rows = [
        {"surrogate": "rno", "paths": 5, "total_percent": 1.25},
        {"surrogate": "pressure only", "total_percent": 8.5},
    ]
    write_table(folder / "tables" / "surrogates.csv", ("surrogate", "paths", "total_percent"), rows)
    (folder / "figures" / "learning_curves_taylor.png").write_bytes(b"curves")
    made_by = {"git_commit": "abc", "git_dirty": "true", "host_class": "a machine", "date_created": "2026-01-02"}
    write_sealed_json(folder / "provenance.json", made_by)
    return folder


def test_a_kept_table_says_what_made_it_before_its_rows(campaign, tmp_path):
    keep_results(campaign, tmp_path / "kept", "snakemake: all")
    head, rows = read_kept(tmp_path / "kept" / "mine" / "surrogates.csv")
    assert head == {
        "command": "snakemake: all",
        "commit": "abc with changes",
        "machine": "a machine",
        "date": "2026-01-02",
    }
    assert [row["total_percent"] for row in rows] == ["1.25", "8.5"]


def test_the_page_shows_origin_rows_and_figures(campaign, tmp_path):
    keep_results(campaign, tmp_path / "kept", "snakemake")
    text = (tmp_path / "kept" / "mine.md").read_text()
    assert "- commit: `abc with changes`\n" in text
    assert "| rno | 5 | 1.25 |\n| pressure only |  | 8.5 |\n" in text
    assert "](mine/learning_curves_taylor.png)" in text
    assert (tmp_path / "kept" / "mine" / "learning_curves_taylor.png").read_bytes() == b"curves"


def test_what_data_sets_cost_is_kept_beside_the_tables(campaign, tmp_path):
    cost = Variable(("path",), np.array([0.5, 0.25, 0.5]), "s", "CPU time of the simulation")
    (campaign / "data" / "walks").mkdir(parents=True)
    write_netcdf(campaign / "data" / "walks" / "dataset.nc", {"cost": cost}, {}, collect("0" * 64, {}))
    keep_results(campaign, tmp_path / "kept", "snakemake")
    _, rows = read_kept(tmp_path / "kept" / "mine" / "datasets.csv")
    assert rows == [{"dataset": "walks", "paths": "3", "cpu_s": "1.25"}]


@pytest.mark.parametrize("missing", ["provenance.json", "tables/surrogates.csv"])
def test_a_campaign_that_is_not_finished_is_not_kept(missing, campaign, tmp_path):
    (campaign / missing).unlink()
    with pytest.raises(InputError, match="no finished campaign"):
        keep_results(campaign, tmp_path / "kept", "snakemake")
    assert not (tmp_path / "kept").exists()


def test_results_are_kept_at_all():
    assert TABLES


@pytest.mark.parametrize("table", TABLES, ids=lambda table: f"{table.parent.name}-{table.stem}")
def test_every_kept_table_names_command_commit_machine_and_date(table):
    head, rows = read_kept(table)
    assert set(head) == {"command", "commit", "machine", "date"}
    assert re.fullmatch(r"[0-9a-f]{40}( with changes)?", head["commit"])
    assert rows


@pytest.mark.parametrize("folder", sorted({table.parent for table in TABLES}), ids=lambda folder: folder.name)
def test_the_numbers_of_a_page_are_those_of_its_tables(folder):
    assert (KEPT / f"{folder.name}.md").read_text(encoding="utf-8") == page(folder)


def quoted_rows():
    """Return the cells of every row of a text that leads to a page of results."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in QUOTING.splitlines()
        if re.match(r"\| \[\w+\]\(\.\./results/", line)
    ]


def test_rows_that_the_explanation_quotes_stand_in_the_kept_tables():
    assert quoted_rows()
    for first, *cells in quoted_rows():
        name = re.findall(r"\[(\w+)\]", first)[0]
        _, rows = read_kept(KEPT / name / "surrogates.csv")
        assert cells in [[row[column] for column in (*COLUMNS, *ERRORS)] for row in rows], (name, cells)
