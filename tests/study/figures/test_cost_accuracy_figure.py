"""Cost against accuracy as it is drawn: the line of fewer grains, a colour per model, the table it comes from."""

import pandas as pd
from matplotlib.colors import to_hex

from hammerscale.study.figures.cost_accuracy_figure import COLUMNS, cost_figure, draw_cost
from hammerscale.study.tables.table import write_table

NAMES = ("pressure only", "elastic", "nearest path", "linear map", "pca_net", "rno", "gru", "embedded")


def row(model, group, error, cost, grains=None):
    return {
        "model": model,
        "group": group,
        "grains": grains,
        "deviatoric_percent": error,
        "ns_per_point_step": cost,
        "batch": 3000,
    }


def test_the_line_goes_through_the_means_over_subsets_and_leaves_the_reference_out():
    subsets = [(8, 30.0, 100.0), (8, 40.0, 200.0), (16, 20.0, 400.0), (128, 0.0, 3000.0)]
    grains = [row(f"{size} grains", "fewer grains", error, cost, size) for size, error, cost in subsets]
    axis = cost_figure(pd.DataFrame([*grains, row("gru", "surrogate", 15.0, 50.0)])).axes[0]
    lines = {line.get_label(): line.get_xydata().tolist() for line in axis.get_lines()}
    assert lines["REV with fewer grains"] == [[150.0, 35.0], [400.0, 20.0]]
    assert lines["gru"] == [[50.0, 15.0]]
    assert lines["REV, all 128 grains (reference)"][0][0] == 3000.0
    assert "batch of 3000" in axis.get_xlabel()


def test_eight_models_have_a_colour_each_and_none_is_that_of_the_line():
    models = [row(name, "baseline", 15.0, 50.0) for name in NAMES]
    subsets = [row(f"{size} grains", "fewer grains", 20.0, 9.0 * size, size) for size in (8, 128)]
    lines = cost_figure(pd.DataFrame([*subsets, *models])).axes[0].get_lines()
    drawn = {line.get_label(): to_hex(line.get_color()) for line in lines}
    assert len({drawn[one["model"]] for one in models} | {drawn["REV with fewer grains"]}) == 9


def test_the_figure_is_drawn_from_its_table(tmp_path):
    rows = [row("8 grains", "fewer grains", 20.0, 9.0, 8), row("gru", "surrogate", 15.0, 50.0)]
    write_table(tmp_path / "cost.csv", COLUMNS, rows)
    draw_cost(tmp_path / "cost.csv", [tmp_path / "cost.svg", tmp_path / "cost.png"])
    assert "git_commit" in (tmp_path / "cost.svg").read_text()
    assert (tmp_path / "cost.png").read_bytes().startswith(b"\x89PNG")
