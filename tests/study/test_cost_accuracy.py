"""Cost against accuracy: every model is measured by one function and stands in table and figure."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.study.cost_accuracy import BASELINES, BATCH, draw_cost, model_rows, plot_cost
from hammerscale.study.cost_accuracy_paths import REPEATS, measure, read_test_paths
from hammerscale.study.table import read_csv
from hammerscale.surrogate.pressure import FittedPressure


@pytest.fixture
def held_out(gathered):
    return read_test_paths(gathered, "taylor", 4)


def test_only_families_that_train_are_tested_and_the_paths_are_those_of_the_data(held_out, gathered):
    assert len(read_test_paths(gathered, "taylor", 100).paths) == 6
    times = held_out.histories.times
    for path, stretch in zip(held_out.paths, held_out.histories.stretch, strict=True):
        np.testing.assert_array_equal(path.stretch(times), stretch)


def test_errors_are_means_over_the_test_paths_in_per_cent(held_out):
    stress = held_out.histories.stress
    row = measure(lambda rows: 1.25 * stress[rows], held_out)
    assert row["total_percent"] == pytest.approx(25.0)
    assert row["deviatoric_percent"] == pytest.approx(25.0)
    assert row["paths"] == 4


def test_the_cost_is_that_of_a_batch_after_a_first_call_on_one_path(held_out):
    asked = []
    measure(lambda rows: asked.append(rows.size) or held_out.histories.stress[rows], held_out, 10)
    assert asked == [1, 4, *[10] * REPEATS]


def test_every_baseline_and_every_model_has_a_row(held_out):
    rows = list(model_rows({"mine": FittedPressure(48e9)}, held_out))
    assert [row["model"] for row in rows] == [*BASELINES, "mine"]
    alone = rows[0]
    assert alone["deviatoric_percent"] == pytest.approx(100.0)
    assert rows[-1]["total_percent"] == pytest.approx(alone["total_percent"], rel=1e-3)


def row(model, group, error, cost, grains=None):
    return {"model": model, "group": group, "grains": grains, "deviatoric_percent": error, "ns_per_point_step": cost}


def test_the_line_goes_through_the_means_over_subsets_and_leaves_the_reference_out():
    subsets = [(8, 30.0, 100.0), (8, 40.0, 200.0), (16, 20.0, 400.0), (128, 0.0, 3000.0)]
    grains = [row(f"{size} grains", "fewer grains", error, cost, size) for size, error, cost in subsets]
    axis = draw_cost([*grains, row("gru", "surrogate", 15.0, 50.0)]).axes[0]
    lines = {line.get_label(): line.get_xydata().tolist() for line in axis.get_lines()}
    assert lines["REV with fewer grains"] == [[150.0, 35.0], [400.0, 20.0]]
    assert lines["gru"] == [[50.0, 15.0]]
    assert lines["REV, all 128 grains (reference)"][0][0] == 3000.0
    assert str(BATCH) in axis.get_xlabel()


def test_eight_models_have_a_colour_each_and_none_is_that_of_the_line():
    models = [row(name, "baseline", 15.0, 50.0) for name in (*BASELINES, "pca_net", "rno", "gru", "embedded")]
    subsets = [row(f"{size} grains", "fewer grains", 20.0, 9.0 * size, size) for size in (8, 128)]
    lines = draw_cost([*subsets, *models]).axes[0].get_lines()
    drawn = {line.get_label(): to_hex(line.get_color()) for line in lines}
    assert len({drawn[one["model"]] for one in models} | {drawn["REV with fewer grains"]}) == 9


def test_table_and_figures_are_written_with_the_exported_model(gathered, tmp_path):
    FittedPressure(48e9).export(tmp_path / "mine", collect("0" * 64, {}))
    outputs = [tmp_path / f"cost.{kind}" for kind in ("csv", "svg", "png")]
    plot_cost(gathered, "taylor", [tmp_path / "mine"], outputs, draws=1, count=2)
    assert {"4 grains", "8 grains", "12 grains", "mine", *BASELINES} == {row["model"] for row in read_csv(outputs[0])}
    assert "git_commit" in outputs[1].read_text()
    assert outputs[2].read_bytes().startswith(b"\x89PNG")


def test_a_file_that_is_neither_table_nor_figure_is_refused_before_anything_is_measured(gathered, tmp_path):
    with pytest.raises(InputError, match=r"cost\.pdf"):
        plot_cost(gathered, "taylor", [tmp_path / "missing"], [tmp_path / "cost.pdf"], draws=1, count=1)
