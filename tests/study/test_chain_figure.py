from pathlib import Path

import numpy as np
import pytest

from hammerscale.campaign.layout import dataset_file
from hammerscale.config.deck import Deck
from hammerscale.errors import InputError
from hammerscale.macro.impact import Names, run_impact
from hammerscale.provenance import collect
from hammerscale.study.chain_figure import chain, draw_chain
from hammerscale.study.impact_run import read_run
from hammerscale.surrogate.order import Order
from hammerscale.surrogate.surrogate import Histories
from hammerscale.surrogate.train import train_surrogate
from hammerscale.tensor.voigt import IDENTITY
from tests.macro.bodies import ELASTIC
from tests.study.test_impact_figures import DECK


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a coarse bar's impact."""
    folder = tmp_path_factory.mktemp("run") / "bar" / "elastic"
    run_impact(Deck.model_validate(DECK), ELASTIC, Names("bar", "elastic"), folder, collect("0" * 64, {}))
    return folder


def test_the_figure_is_drawn_from_the_files_of_a_campaign(gathered, run, tmp_path):
    dataset = dataset_file(gathered, "taylor")
    train_surrogate(dataset, Order("pressure"), tmp_path / "model")
    draw_chain(dataset, tmp_path / "model", run, [tmp_path / "chain.svg"])
    assert "a strain path" in (tmp_path / "chain.svg").read_text()


def test_grains_and_surrogate_stand_in_the_panels_that_say_so(run):
    times = np.linspace(0.0, 1.0, 5)
    stretch = np.tile(IDENTITY, (1, 5, 1))
    simulated, learned = np.zeros((1, 5, 6)), np.zeros((1, 5, 6))
    simulated[..., 3], learned[..., 3] = 3e6 * times, 2e6 * times
    figure = chain(Histories(times, stretch, simulated), learned, read_run(run))
    grains, surrogate = figure.axes[1].lines, figure.axes[2].lines
    assert grains[3].get_ydata()[-1] == pytest.approx(3.0)
    assert surrogate[3].get_ydata()[-1] == pytest.approx(2.0)
    assert [line.get_ydata()[-1] for line in surrogate if line.get_linestyle() == "--"][3] == pytest.approx(3.0)


def test_a_name_that_is_no_figure_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match="is no name of a figure"):
        draw_chain(Path("none.nc"), Path("none"), Path("none"), [tmp_path / "chain.pdf"])
