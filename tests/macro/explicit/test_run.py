"""What a run tells while it goes on."""

import logging

import pytest

from hammerscale.config.deck import Deck
from hammerscale.errors import ImpactError
from hammerscale.macro.explicit import run as module
from hammerscale.macro.explicit.setup import build_solver
from tests.macro.bodies import COPPER

DECK = {
    "title": "small block",
    "body": {"kind": "box", "size_mm": [1.0, 1.0, 2.0], "elements": [2, 2, 4]},
    "impact": {"kind": "wall", "velocity_m_s": 20.0},
    "duration_us": 0.2,
}


@pytest.mark.parametrize(("fused", "words"), [(True, "law fused into the element loop"), (False, "% of the time")])
def test_the_progress_line_tells_the_time_to_go_and_where_the_law_is(fused, words, monkeypatch, caplog):
    monkeypatch.setattr(module, "PROGRESS_S", -1.0)
    deck = Deck.model_validate(DECK | {"solver": {"fused": fused}})
    run = module.Run(deck, build_solver(deck, COPPER))
    with caplog.at_level(logging.INFO, logger=module.__name__):
        run.advance(run.duration_s)
    assert "s to go" in caplog.text
    assert words in caplog.text


def test_progress_is_told_between_the_rows_of_the_history(monkeypatch, caplog):
    monkeypatch.setattr(module, "PROGRESS_S", -1.0)
    deck = Deck.model_validate(DECK | {"history": 2})
    run = module.Run(deck, build_solver(deck, COPPER))
    with caplog.at_level(logging.INFO, logger=module.__name__):
        run.advance(run.duration_s)
    assert caplog.text.count("s to go") == run.solver.steps > len(run.history.rows)


def test_a_run_whose_steps_have_shrunk_to_nothing_ends_with_an_error(monkeypatch):
    deck = Deck.model_validate(DECK)
    solver = build_solver(deck, COPPER)
    solver.step(solver.stable_step())
    monkeypatch.setattr(solver, "stable_step", lambda: 1e-4 * solver.first_step)
    with pytest.raises(ImpactError, match="has shrunk"):
        solver.step(1.0)
