"""The plate of Liu et al. under its projectile: the balance, and what the hourglass springs take."""

import pytest

from hammerscale.config.deck import Deck
from hammerscale.config.machinery.section_file import read_section
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.macro.records.summary import summarise
from tests.macro.bodies import CONFIG, ELASTIC, MAGNESIUM_METAL


@pytest.mark.parametrize("law", [ELASTIC, MAGNESIUM_METAL], ids=["elastic", "johnson_cook"])
def test_hourglass_energy_stays_below_five_percent_and_the_energy_balances(law):
    deck = read_section(CONFIG / "decks/plate.yaml", Deck)
    run = Run(deck, build_solver(deck, law))
    run.advance(run.duration_s)
    summary = summarise(run, "plate", "law")
    assert 0.0 < summary["hourglass_fraction"] < 0.05
    assert summary["energy_balance"] < 1e-2
