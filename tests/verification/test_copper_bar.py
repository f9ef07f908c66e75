"""The copper Taylor bar, 3168 elements, against the values that many codes agree on."""

from pathlib import Path

import pytest

from hammerscale.config.deck import Deck
from hammerscale.config.machinery.section_file import read_section
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.macro.records.summary import summarise
from tests.macro.bodies import COPPER

DECK = Path(__file__).parents[2] / "config/decks/copper_bar.yaml"


@pytest.fixture(scope="module")
def summary():
    deck = read_section(DECK, Deck)
    run = Run(deck, build_solver(deck, COPPER))
    run.advance(run.duration_s)
    return summarise(run, "copper_bar", "copper_j2")


def test_length_is_that_of_the_benchmark(summary):
    assert summary["final_length_mm"] == pytest.approx(21.4, abs=0.1)


def test_the_mushroom_spreads_as_far_as_soft_hourglass_control_lets_it(summary):
    assert 7.0 <= summary["mushroom_radius_mm"] <= 7.3


def test_largest_plastic_strain_is_in_the_range_of_the_benchmark(summary):
    assert 2.8 <= summary["max_plastic_strain"] <= 3.3


def test_energy_balances_and_hourglass_energy_is_small(summary):
    assert summary["energy_balance"] < 1e-2
    assert summary["hourglass_fraction"] < 0.05
