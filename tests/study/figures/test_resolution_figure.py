import pandas as pd

from hammerscale.study.figures.resolution_figure import draw_resolution, resolution_figure
from hammerscale.study.tables.table import write_table

STEPS = (50, 100)
ROWS = [
    {"curve": curve, "modes": modes, "steps": steps, "total_percent": 200.0 / steps, "deviatoric_percent": 3.0}
    for curve, modes in (("rno", None), ("principal components alone", 8), ("principal components alone", 16))
    for steps in STEPS
]


def test_tensors_have_two_panels_with_a_line_per_curve():
    figure = resolution_figure(pd.DataFrame(ROWS))
    assert [axis.get_ylabel() for axis in figure.axes] == ["total error [%]", "deviatoric error [%]"]
    lines = {line.get_label(): line.get_xydata().tolist() for line in figure.axes[0].get_lines()}
    assert list(lines) == ["rno", "PCA alone, 8 modes", "PCA alone, 16 modes"]
    assert lines["rno"] == [[50.0, 4.0], [100.0, 2.0]]


def test_histories_that_are_no_tensors_have_one_panel():
    assert len(resolution_figure(pd.DataFrame(ROWS).drop(columns="deviatoric_percent")).axes) == 1


def test_the_figure_is_drawn_from_its_table(tmp_path):
    write_table(tmp_path / "r.csv", tuple(ROWS[0]), ROWS)
    draw_resolution(tmp_path / "r.csv", [tmp_path / "r.png"])
    assert (tmp_path / "r.png").stat().st_size > 5_000
