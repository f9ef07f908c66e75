"""What laws cost: break-even by hand, estimates, published numbers, where the off-line costs come from."""

import json
from pathlib import Path

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.variable import Variable
from hammerscale.study.concurrent_costs import Beside, Offline, cell_rows, cost_row, tabulate_costs
from hammerscale.study.table import read_csv

TRUTH = {
    "wall_time_s": 100.0,
    "ranks": 2,
    "us_per_element_step": 400.0,
    "law_time_fraction": 0.9,
    "elements": 3000,
    "steps": 80,
    "deck": "bar",
}
FAST = TRUTH | {"wall_time_s": 10.0, "us_per_element_step": 4.0}
PAPER = Path(__file__).parents[2] / "config/paper_table2.csv"


def test_a_surrogate_breaks_even_when_what_it_saved_is_what_came_before():
    row = cost_row("rno", FAST, TRUTH, Offline(data_s=300.0, training_s=150.0))
    assert row["break_even_simulations"] == 5
    assert row["break_even_point_steps"] == pytest.approx(450.0 / 396e-6)
    assert row["speed_up"] == pytest.approx(10.0)


def test_a_surrogate_that_is_no_faster_never_breaks_even():
    row = cost_row("rno", TRUTH, TRUTH, Offline(300.0, 150.0))
    assert row["break_even_simulations"] == row["break_even_point_steps"] == "never"


def test_a_law_without_training_has_nothing_to_earn_back():
    assert "break_even_simulations" not in cost_row("johnson cook", FAST, TRUTH, Offline())


def folder_of(summary, folder):
    folder.mkdir()
    (folder / "summary.json").write_text(json.dumps(summary))
    return folder


def test_cells_in_space_are_estimated_from_those_in_the_plane_and_say_so(tmp_path):
    measured, estimated = cell_rows(folder_of(FAST, tmp_path / "cell"), TRUTH)
    assert measured["status"] == "measured"
    assert estimated["status"].startswith("estimated")
    # 64³ points in the place of 32².
    assert estimated["online_s"] == pytest.approx(256 * 4e-6 * 3000 * 80)


def test_the_table_takes_data_from_the_data_set_and_training_from_the_model(tmp_path):
    truth, fast = folder_of(TRUTH, tmp_path / "taylor"), folder_of(FAST, tmp_path / "rno")
    (fast / "metrics.json").write_text(json.dumps({"training_wall_s": 50.0}))
    cost = Variable(("path",), np.full(8, 5.0), "s", "CPU time of the simulation")
    write_netcdf(tmp_path / "data.nc", {"cost": cost}, {}, collect("0" * 64, {}))
    tabulate_costs(truth, [fast], {"rno": fast}, tmp_path / "data.nc", Beside(PAPER), [tmp_path / "costs.csv"])
    rows = read_csv(tmp_path / "costs.csv")
    assert [row.get("ranks") for row in rows] == ["2", "2"] + [None] * (len(rows) - 2)
    assert [rows[1][name] for name in ("law", "data_s", "training_s", "break_even_simulations")] == [
        "rno",
        "40",
        "50",
        "1",
    ]
    assert {row["online_s"] for row in rows if row["law"] == "concurrent Taylor averaging"} == {"1.2e+08", "5.8e+05"}
    assert all(row["status"] for row in rows)


def test_a_model_that_does_not_say_what_its_training_took_is_refused(tmp_path):
    truth = folder_of(TRUTH, tmp_path / "taylor")
    with pytest.raises(InputError, match="does not say how long its training took"):
        tabulate_costs(truth, [], {"rno": truth}, None, Beside(), [tmp_path / "costs.csv"])


def test_a_run_of_another_version_is_refused_with_what_it_does_not_say(tmp_path):
    older = folder_of({key: value for key, value in TRUTH.items() if key != "ranks"}, tmp_path / "taylor")
    with pytest.raises(InputError, match="does not say its ranks"):
        tabulate_costs(older, [], {}, None, Beside(), [tmp_path / "costs.csv"])
