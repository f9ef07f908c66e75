import numpy as np
import pandas as pd

from hammerscale.study.figures.causality_isotropy_figure import behaviour_figure, draw_behaviour
from hammerscale.study.tables.table import write_table

PROBES = {"parting at 0.5": (0, 1), "holding": (0.2, 1.0), "turned": (0, 30)}
ROWS = [
    {"model": model, "probe": probe, "curve": curve, "time": t, "strain_percent": 10 * t, "stress_mpa": t + curve}
    for model in ("one", "other")
    for probe, curves in PROBES.items()
    for curve in curves
    for t in (0.0, 1.0)
]


def test_every_probe_of_a_model_has_a_panel_with_its_curves():
    figure = behaviour_figure(pd.DataFrame(ROWS))
    parting, holding, turned = figure.axes[:3]
    assert len(figure.axes) == 6
    assert [line.get_xydata().tolist() for line in holding.lines] == [[[0, 0.2], [1, 1.2]], [[0, 1], [1, 2]]]
    np.testing.assert_array_equal(turned.lines[1].get_xydata(), [[0, 30], [10, 31]])
    # The last line shows when paths part.
    assert set(parting.lines[2].get_xdata()) == {0.5}


def test_the_figure_is_drawn_from_its_table(tmp_path):
    write_table(tmp_path / "b.csv", tuple(ROWS[0]), ROWS)
    draw_behaviour(tmp_path / "b.csv", [tmp_path / "b.png"])
    assert (tmp_path / "b.png").stat().st_size > 5_000
