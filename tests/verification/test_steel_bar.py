"""The Taylor bar of 42CrMo4 under Johnson and Cook's law, 4455 elements, against two published codes."""

from pathlib import Path

import pytest

from hammerscale.config.deck import Deck
from hammerscale.config.machinery.section_file import read_section
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.macro.records.summary import summarise
from tests.macro.bodies import STEEL

DECK = Path(__file__).parents[2] / "config/decks/steel_bar.yaml"


@pytest.fixture(scope="module")
def summary():
    deck = read_section(DECK, Deck)
    run = Run(deck, build_solver(deck, STEEL))
    run.advance(run.duration_s)
    return summarise(run, "steel_bar", "steel_johnson_cook")


# Abaqus and DynELA: 26.55 and 26.52 mm, diameters of 11.22 and 11.18 mm, 597.0 and 597.1 °C, 1.84.
@pytest.mark.parametrize(
    ("result", "published", "tolerance"),
    [
        ("final_length_mm", 26.5, 0.1),
        ("mushroom_radius_mm", 5.6, 0.05),
        ("max_temperature_c", 597.0, 8.0),
        ("max_plastic_strain", 1.84, 0.05),
    ],
)
def test_the_steel_bar_ends_as_in_published_codes(summary, result, published, tolerance):
    assert summary[result] == pytest.approx(published, abs=tolerance)
