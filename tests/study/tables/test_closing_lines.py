"""The last words of a campaign: the best surrogate, its cost beside the grains, the CPU time of everything."""

import pytest

from hammerscale.study.tables import campaign_tables, impact_costs
from hammerscale.study.tables.closing_lines import headline
from hammerscale.study.tables.table import write_table

COLUMNS = ("learned_from", "tested_on", "family", "surrogate", "train_paths", "paths", "deviatoric_percent")
WHERE = {"learned_from": "taylor", "tested_on": "taylor", "paths": 140}
OTHER = {"learned_from": "walks", "tested_on": "walks", "paths": 60, "family": "random_walk"}
ERRORS = [
    {"learned_from": "cell", "tested_on": "cell", "family": "all", "surrogate": "plane", "train_paths": 40},
    {**WHERE, "family": "all", "surrogate": "pressure only", "deviatoric_percent": 1.0},
    {**WHERE, "family": "all", "surrogate": "linear", "train_paths": 200, "deviatoric_percent": 98.73},
    {**WHERE, "family": "all", "surrogate": "small_rno", "train_paths": 50, "deviatoric_percent": 29.75},
    {**WHERE, "family": "all", "surrogate": "small_rno", "train_paths": 200, "deviatoric_percent": 26.15},
    {**WHERE, "family": "cavity", "surrogate": "small_rno", "train_paths": 200, "deviatoric_percent": 15.1},
    {**OTHER, "surrogate": "gru", "train_paths": 200, "deviatoric_percent": 40.5},
]
STEPS = [
    {"law": "magnesium taylor", "us_per_point_step": 93.73},
    {"law": "small rno", "us_per_point_step": 4.694},
    {"law": "linear", "us_per_point_step": 0.1},
]
JOBS = [{"rule": "train_surrogate", "jobs": 8, "cpu_s": 81.08}, {"rule": "all", "jobs": 53, "cpu_s": 244.9}]


@pytest.fixture
def tables(tmp_path):
    """Return the folder of the tables of a campaign."""
    write_table(tmp_path / "surrogates.csv", COLUMNS, ERRORS)
    write_table(tmp_path / "anvil_costs.csv", impact_costs.COLUMNS, STEPS)
    write_table(tmp_path / "cost.csv", campaign_tables.COST_COLUMNS, JOBS)
    return tmp_path


def test_the_numbers_are_those_of_the_tables(tables):
    assert headline(tables, ["anvil"]) == [
        "deviatoric error on 140 unseen paths: 26.15 % (small_rno, 200 training paths)",
        "cost per point and step of an impact: 4.694 µs (small rno), 93.73 µs (magnesium taylor)",
        "CPU time of the campaign: 244.9 s (53 jobs)",
    ]


def test_walks_alone_are_all_that_a_model_was_tested_on(tables):
    better = [{**OTHER, "surrogate": "gru", "train_paths": 200, "deviatoric_percent": 20.5}]
    write_table(tables / "surrogates.csv", COLUMNS, ERRORS + better)
    assert "60 unseen paths: 20.5 % (gru" in headline(tables, [])[0]


def test_the_cost_is_that_of_the_best_surrogate_or_is_left_out(tables):
    write_table(tables / "plate_costs.csv", impact_costs.COLUMNS, [STEPS[0], STEPS[2]])
    assert "4.694" in headline(tables, ["plate", "anvil"])[1]
    assert [line.split(":")[0] for line in headline(tables, ["plate"])] == [
        "deviatoric error on 140 unseen paths",
        "CPU time of the campaign",
    ]


def test_the_cost_of_a_point_is_its_cpu_time_where_that_was_measured(tables):
    steps = [row | {"cpu_us_per_point_step": 0.5 * row["us_per_point_step"]} for row in STEPS]
    write_table(tables / "anvil_costs.csv", impact_costs.COLUMNS, steps)
    assert "2.347 µs (small rno), 46.87 µs (magnesium taylor)" in headline(tables, ["anvil"])[1]


def test_a_model_that_exploded_is_not_the_best(tables):
    exploded = {
        **WHERE,
        "family": "all",
        "surrogate": "pca_net",
        "train_paths": 200,
        "deviatoric_percent": float("nan"),
    }
    write_table(tables / "surrogates.csv", COLUMNS, [exploded, *ERRORS])
    assert "26.15 % (small_rno" in headline(tables, [])[0]


def test_a_campaign_without_surrogates_says_its_cost(tables):
    (tables / "surrogates.csv").unlink()
    assert headline(tables, ["anvil"]) == ["CPU time of the campaign: 244.9 s (53 jobs)"]
