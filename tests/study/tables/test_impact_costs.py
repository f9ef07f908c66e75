"""What laws cost: break-even by hand, estimates, published numbers, where the off-line costs come from."""

from pathlib import Path

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.macro.meshes.mesh import box_mesh
from hammerscale.macro.records.fields import Frame
from hammerscale.macro.records.vtkhdf import write_vtkhdf
from hammerscale.provenance import collect
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.sealed_json import write_sealed_json
from hammerscale.store.variable import Variable
from hammerscale.study.measure.learned_law import LearnedLaw
from hammerscale.study.tables.impact_costs import (
    Offline,
    OtherCosts,
    cell_rows,
    cost_row,
    reference_costs,
    tabulate_costs,
)
from hammerscale.study.tables.table import read_table
from hammerscale.surrogate.model_folder import ModelFile, write_model

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
PAPER = Path(__file__).parents[3] / "config/reference/liu_2022_anvil_costs.csv"

ORIGIN = collect("test", {})


def test_a_surrogate_breaks_even_when_what_it_saved_is_what_came_before():
    row = cost_row("rno", FAST, TRUTH, Offline(data_s=300.0, training_s=150.0))
    assert row["break_even_simulations"] == 5
    assert row["break_even_point_steps"] == pytest.approx(450.0 / 396e-6)
    assert row["speed_up"] == pytest.approx(10.0)


def test_a_surrogate_that_is_no_faster_never_breaks_even():
    row = cost_row("rno", TRUTH, TRUTH, Offline(300.0, 150.0))
    assert row["break_even_simulations"] == row["break_even_point_steps"] == "never"


def test_a_machine_with_other_work_changes_no_speed_up_and_no_break_even():
    truth, fast = (one | {"cpu_us_per_element_step": cpu} for one, cpu in ((TRUTH, 100.0), (FAST, 4.0)))
    row = cost_row("rno", fast, truth, Offline(300.0, 150.0))
    slowed = cost_row("rno", fast | {"wall_time_s": 77.0, "us_per_element_step": 31.0}, truth, Offline(300.0, 150.0))
    told = ("speed_up", "break_even_simulations", "break_even_point_steps")
    # 240,000 points times steps save 96 µs each.
    assert [row[name] for name in told] == pytest.approx([25.0, 20, 450.0 / 96e-6])
    assert [slowed[name] for name in told] == [row[name] for name in told]


def test_a_law_without_training_has_nothing_to_earn_back():
    assert "break_even_simulations" not in cost_row("johnson cook", FAST, TRUTH, Offline())


def folder_of(summary, folder):
    folder.mkdir()
    write_sealed_json(folder / "summary.json", summary)
    return folder


PLANE = {"material": "square_crystal", "constants": "0", "cell": "spectral", "grid": 32}


@pytest.mark.parametrize("grid", [32, 64])
def test_cells_in_space_are_estimated_from_those_in_the_plane_and_say_so(grid, tmp_path):
    run = folder_of(FAST | {"stands_for": PLANE | {"grid": grid}}, tmp_path / "cell")
    measured, estimated = cell_rows(run, TRUTH)
    assert measured["status"] == "measured"
    assert estimated["status"].startswith("estimated")
    assert estimated["online_s"] == pytest.approx(64**3 / grid**2 * 4e-6 * 3000 * 80)


@pytest.mark.parametrize("stands_for", [None, {"material": "magnesium", "constants": "0", "cell": "taylor"}])
def test_a_run_without_plane_cells_is_no_ground_for_the_estimate(stands_for, tmp_path):
    with pytest.raises(InputError, match="does not say that its law is a plane cell"):
        cell_rows(folder_of(FAST | {"stands_for": stands_for}, tmp_path / "cell"), TRUTH)


def test_a_law_without_a_time_of_its_own_has_no_share():
    assert "share_of_law_percent" not in cost_row("copper", FAST | {"law_time_fraction": None}, TRUTH, Offline())
    assert cost_row("rno", FAST, TRUTH, Offline())["share_of_law_percent"] == pytest.approx(90.0)


def data_of(folder, cost_s):
    """Write a data set of eight simulations that cost so much [s] and tried 1000 steps each."""
    names = np.array(["steps", "rejections", "rate_evaluations"])
    variables = {
        "cost": Variable(("path",), np.full(8, cost_s), "s", "CPU time of the simulation"),
        "diagnostics": Variable(("path", "diagnostic"), np.full((8, 3), 1000.0), "1", "numbers of the method"),
        "diagnostic_name": Variable(("diagnostic",), names, "1", "their names"),
    }
    folder.mkdir()
    write_netcdf(folder / "dataset.nc", variables, {}, collect("0" * 64, {}))
    return folder / "dataset.nc"


@pytest.fixture
def runs(tmp_path):
    """Return a run with volumes that note what they tried, one under a surrogate, and its model."""
    truth, fast = folder_of(TRUTH, tmp_path / "taylor"), folder_of(FAST, tmp_path / "rno")
    mesh = box_mesh(*(np.linspace(0.0, 1.0, n) for n in (2, 2, 3)))
    nothing = {"displacement": np.zeros_like(mesh.nodes)}
    for folder, tried in ((truth, ([0, 0], [10, 20], [20, 30])), (fast, None)):
        cells = [{"cost": np.array(one, float)} for one in tried] if tried else 3 * [{"stress": np.zeros((2, 6))}]
        write_vtkhdf(folder / "fields.vtkhdf", mesh, [Frame(1e-6 * k, nothing, one) for k, one in enumerate(cells)])
    write_model(tmp_path / "model", ORIGIN, ModelFile("rno", {}), {"training_wall_s": 50.0})
    return truth, fast


def test_every_model_is_charged_the_data_that_it_learned_from(runs, tmp_path):
    truth, fast = runs
    learned = {"rno": LearnedLaw(tmp_path / "model", data_of(tmp_path / "short", 5.0))}
    learned["taylor"] = LearnedLaw(tmp_path / "model", data_of(tmp_path / "long", 7.0))
    tabulate_costs(truth, [fast, truth], learned, OtherCosts(PAPER), [tmp_path / "costs.csv"])
    rows = read_table(tmp_path / "costs.csv")
    assert [row["law"] for row in rows[:5]] == ["taylor", "data set long", "data set short", "rno", "taylor"]
    assert [row.get("data_s") for row in rows[:5]] == [None, None, None, "40", "56"]
    assert (rows[3]["training_s"], rows[3]["break_even_simulations"]) == ("50", "1")
    assert {row["online_s"] for row in rows if row["law"] == "concurrent Taylor averaging"} == {"1.2e+08", "5.8e+05"}
    assert all(row["status"] for row in rows)


def test_tries_are_those_of_the_frames_after_the_start_and_cost_what_the_law_took(runs, tmp_path):
    truth, fast = runs
    learned = {"rno": LearnedLaw(tmp_path / "model", data_of(tmp_path / "short", 5.0))}
    tabulate_costs(truth, [fast], learned, OtherCosts(), [tmp_path / "costs.csv"])
    reference, data, surrogate = read_table(tmp_path / "costs.csv")
    assert reference["tries_per_point_step"] == "20"
    # 400 µs per point and step by the clock, nine tenths of them in the law; 5 s per 1000 tries.
    assert reference["us_per_try"] == "18"
    assert data["us_per_try"] == "5000"
    assert "us_per_try" not in surrogate


def test_costs_of_tries_are_those_of_the_processor_where_the_run_says_them(runs, tmp_path):
    truth, _ = runs
    write_sealed_json(truth / "summary.json", TRUTH | {"cpu_us_per_element_step": 100.0})
    tabulate_costs(truth, [], {}, OtherCosts(), [tmp_path / "costs.csv"])
    (row,) = read_table(tmp_path / "costs.csv")
    assert (row["us_per_point_step"], row["cpu_us_per_point_step"], row["us_per_try"]) == ("400", "100", "4.5")


def test_a_model_that_does_not_say_what_its_training_took_is_refused(runs, tmp_path):
    truth, _ = runs
    write_model(tmp_path / "other", ORIGIN, ModelFile("rno", {}), {})
    learned = {"rno": LearnedLaw(tmp_path / "other", data_of(tmp_path / "short", 5.0))}
    with pytest.raises(InputError, match="does not say its training_wall_s"):
        tabulate_costs(truth, [], learned, OtherCosts(), [tmp_path / "costs.csv"])


def test_a_run_of_another_version_is_refused_with_what_it_does_not_say(tmp_path):
    older = folder_of({key: value for key, value in TRUTH.items() if key != "ranks"}, tmp_path / "taylor")
    with pytest.raises(InputError, match="does not say its ranks"):
        tabulate_costs(older, [], {}, OtherCosts(), [tmp_path / "costs.csv"])


def test_a_table_from_elsewhere_without_a_cost_is_refused(tmp_path):
    (tmp_path / "costs.csv").write_text("law,online_s,status\nmine,1.5,measured\nother,,guessed\n")
    with pytest.raises(InputError, match=r"costs\.csv lacks online_s"):
        reference_costs(tmp_path / "costs.csv")
