import numpy as np
import pandas as pd

from hammerscale.study.figures.grains_per_point_figure import draw_grains, grains_figure
from hammerscale.study.tables.table import write_table

ROWS = [
    {"law": "polycrystal", "grains": 8, "us_per_point_step": 5.0},
    {"law": "polycrystal", "grains": 80, "us_per_point_step": 50.0},
    {"law": "rno", "us_per_point_step": 3.0},
]


def test_the_figure_has_a_line_of_grains_and_a_level_line_for_each_surrogate():
    axis = grains_figure(pd.DataFrame(ROWS)).axes[0]
    grains, level = axis.lines
    np.testing.assert_allclose(grains.get_xydata(), [[8, 5], [80, 50]])
    assert set(level.get_ydata()) == {3.0}
    assert level.get_label() == "rno"


def test_the_figure_is_drawn_from_its_table(tmp_path):
    write_table(tmp_path / "grains.csv", tuple(ROWS[0]), ROWS)
    draw_grains(tmp_path / "grains.csv", [tmp_path / "grains.png"])
    assert (tmp_path / "grains.png").stat().st_size > 5_000
