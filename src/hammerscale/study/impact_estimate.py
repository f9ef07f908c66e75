"""What the impacts of a campaign are going to cost, before anything is computed: right within a factor of three."""

from collections.abc import Iterator

from hammerscale.cell.elastic_entry import Elastic
from hammerscale.config import Config
from hammerscale.config.deck import Box, Cylinder, Deck
from hammerscale.config.impact_problem import DENSITY, vary
from hammerscale.config.law_file import LAW_FOLDER, read_law
from hammerscale.laws.johnson_cook_entry import JohnsonCook
from hammerscale.plan.impact_jobs import ImpactPlan

MICRO, MILLI = 1e-6, 1e-3
# Start of a job, loading of kernels, files [CPU s].
START_S = 4.0
# Speed of longitudinal waves in magnesium, copper and steel [m/s].
WAVE_SPEED_M_S = 5000.0


def impact_cost(config: Config, plan: ImpactPlan, case: str, law: str) -> float | None:
    """Return the expected CPU time of a run [s]; None for a law whose cost per point is not known here."""
    point_us = _point_us(config, law)
    if point_us is None:
        return None
    variation = plan.cases[case].variation
    changes = {variation.parameter: variation.value} if variation and variation.parameter != DENSITY else {}
    deck = vary(config.decks[plan.cases[case].problem], changes)
    return START_S + MICRO * point_us * deck.body.element_count() * expected_steps(deck)


def expected_steps(deck: Deck) -> float:
    """Return the time steps of a deck, as waves cross the smallest of its undeformed elements."""
    step_s = deck.solver.step_scale * MILLI * _smallest_mm(deck) / WAVE_SPEED_M_S
    return max(1.0, MICRO * deck.duration_us / step_s)


def _smallest_mm(deck: Deck) -> float:
    body = deck.body
    if isinstance(body, Cylinder):
        return min(body.length_mm / body.layers, body.radius_mm / (body.core + body.rings))
    if isinstance(body, Box):
        return min(size / count for size, count in zip(body.size_mm, body.elements, strict=True))
    return min(body.first_mm, body.thickness_mm / body.through)


def _point_us(config: Config, law: str) -> float | None:
    if law in config.surrogates:
        return config.surrogate(law).of_kind.point_us
    if own := config.own_laws.get(law):
        rev = config.datasets[own.dataset].rev
        if own.kind == "johnson_cook":
            return JohnsonCook.point_us
        return (rev if own.kind == "unit_cell" else Elastic(kind="elastic", material=rev.material)).point_us
    if not (LAW_FOLDER / f"{law}.yaml").is_file():
        return None
    return read_law(law).file.law.step_us


def impact_lines(config: Config, plan: ImpactPlan) -> Iterator[str]:
    """Yield what impacts are expected to cost and what that is based on, and how many are not in it."""
    costs = [
        impact_cost(config, plan, name, law) for name, case in plan.cases.items() for law in plan.laws_of(case.problem)
    ]
    known = [cost for cost in costs if cost is not None]
    if known:
        yield f"about {sum(known) / 60.0:.3g} CPU minutes of impacts, {len(known)} runs"
        yield "  estimated: points x steps x cost of the law, right within a factor of about three"
    if len(known) < len(costs):
        yield f"not estimated: {len(costs) - len(known)} impacts under laws whose cost per point is not known"
