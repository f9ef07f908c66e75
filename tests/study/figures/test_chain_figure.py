import numpy as np
import pandas as pd
import pytest

from hammerscale.config.deck import Deck
from hammerscale.macro.explicit.impact import Names, run_impact
from hammerscale.provenance import collect
from hammerscale.study.figures.chain_figure import COLUMNS, chain, draw_chain
from hammerscale.study.impact_run import read_run
from hammerscale.study.tables.table import write_table
from tests.macro.bodies import ELASTIC
from tests.study.figures.test_impact_figures import DECK

TIMES = np.linspace(0.0, 1.0, 5)
ROWS = [dict.fromkeys(COLUMNS, 0.0) | {"time": t, "simulated_23": 3.0 * t, "learned_23": 2.0 * t} for t in TIMES]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a coarse bar's impact."""
    folder = tmp_path_factory.mktemp("run") / "bar" / "elastic"
    run_impact(Deck.model_validate(DECK), ELASTIC, Names("bar", "elastic"), folder, collect("0" * 64, {}))
    return folder


def test_grains_and_surrogate_stand_in_the_panels_that_say_so(run):
    figure = chain(pd.DataFrame(ROWS), read_run(run))
    grains, surrogate = figure.axes[1].lines, figure.axes[2].lines
    last = [[line.get_ydata()[-1] for line in lines] for lines in (grains, surrogate)]
    assert (max(last[0]), last[1][last[0].index(3.0)]) == (3.0, 2.0)
    assert max(line.get_ydata()[-1] for line in surrogate if line.get_linestyle() == "--") == 3.0


def test_the_figure_is_drawn_from_a_table_and_a_run(run, tmp_path):
    write_table(tmp_path / "chain.csv", COLUMNS, ROWS)
    draw_chain(tmp_path / "chain.csv", run, [tmp_path / "chain.svg", tmp_path / "chain.png"])
    assert "0" * 64 in (tmp_path / "chain.svg").read_text()
    assert (tmp_path / "chain.png").read_bytes().startswith(b"\x89PNG")
