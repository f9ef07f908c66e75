"""Estimates of what impacts cost are near what the kept campaigns took, and follow deck, law and variation."""

import pytest

from hammerscale.config import load
from hammerscale.plan.controller import WorkflowPlan
from hammerscale.study.impact_estimate import START_S, expected_steps, impact_cost, impact_lines
from tests.config.conftest import ROOT


@pytest.fixture
def campaign(monkeypatch):
    """Return a function that plans a campaign of the project with changes."""
    monkeypatch.chdir(ROOT)
    return lambda name, *overrides: WorkflowPlan(load([ROOT / name], overrides))


def cost(planned, case, law):
    return impact_cost(planned.config, planned.impacts, case, law)


@pytest.mark.parametrize(("law", "measured_s"), [("magnesium_taylor", 24.18), ("polycrystal", 24.18), ("rno", 2.53)])
def test_the_estimate_is_near_what_the_kept_runs_took(campaign, law, measured_s):
    spent = cost(campaign("config/campaigns/fe2.yaml"), "anvil", law) - START_S
    assert measured_s / 3.0 < spent < 3.0 * measured_s


def test_a_finer_element_takes_more_steps(campaign):
    deck = campaign("config/config.yaml").config.decks["anvil"]
    finer = deck.model_copy(update={"body": deck.body.model_copy(update={"layers": 10 * deck.body.layers})})
    assert expected_steps(finer) > expected_steps(deck)


def test_a_variation_of_the_body_changes_the_estimate(campaign):
    swept = campaign("config/config.yaml", "problems.anvil.sweep={aspect_ratio: [2]}")
    law = "magnesium_taylor"
    assert cost(swept, "anvil.aspect_ratio_2", law) != cost(swept, "anvil", law)


def test_runs_and_what_their_estimate_is_based_on_are_reported(campaign):
    planned = campaign("config/config.yaml")
    runs = sum(len(planned.impacts.laws_of(case.problem)) for case in planned.impacts.cases.values())
    first, second = impact_lines(planned.config, planned.impacts)
    assert first.startswith("about ")
    assert first.endswith(f"CPU minutes of impacts, {runs} runs")
    assert "within a factor of about three" in second
