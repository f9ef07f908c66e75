"""Random walks of the stretch as a path family."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Gt, Le

from hammerscale.keys import Conflict, Integer, Meaning, Number
from hammerscale.kinds import Block
from hammerscale.loading.amplitude import STRAIN_POWER, USUAL_STRAIN, Count
from hammerscale.loading.recipe import KNOTS, Draw

# Largest steps of which, at ten per path in three dimensions, at least about one drawn path in a hundred is admissible;
# a test draws them. A walk of a single step has few outcomes, and beyond its limit none of them may be admissible.
WALK_LIMITS = {"literal": 0.6, "reflected": 0.7, "log_stretch": 0.8}
SINGLE_STEP_LIMITS = {"literal": 0.45, "reflected": 0.45, "log_stretch": 0.65}
SMALLEST_KNOT_ACCEPTANCE = 0.01
# Walks of twice the steps take 1.6 times as long.
USUAL_STEPS, STEPS_POWER = 10, 0.7


@dataclass(frozen=True, kw_only=True)
class RandomWalk(Block):
    """Random walk of the stretch: every component moves by ±max_strain √Δt per step, joined by monotone cubics."""

    family: Literal["random_walk"]
    count: Count
    max_strain: Annotated[
        Number,
        Gt(0.0),
        Le(1.0),
        Meaning("step size U_max, at most 0.6 (literal), 0.7 (reflected) or 0.8 (log_stretch) [-]", 0.1),
    ]
    steps: Annotated[Integer, Ge(1), Le(200), Meaning("number of steps of the walk")] = USUAL_STEPS
    spacing: Annotated[Literal["random", "fixed"], Meaning("lengths of the steps in time")] = "random"
    min_gap: Annotated[
        Number, Ge(0.0), Le(0.5), Meaning("shortest step with random spacing, in normalised time [-]")
    ] = 1e-3
    variant: Annotated[
        Literal["literal", "reflected", "log_stretch"],
        Meaning(
            "literal: as printed in the paper; reflected: steps turn back at |U - I| = max_strain; log_stretch: walk "
            "in ln U, so that every knot is positive definite"
        ),
    ] = "literal"

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse walks that nearly never pass the admissibility check and gaps that random knots nearly never keep."""
        limit = (SINGLE_STEP_LIMITS if self.steps == 1 else WALK_LIMITS)[self.variant]
        if self.max_strain > limit:
            message = (
                f"must be at most {limit:g} with variant: {self.variant} and steps: {self.steps}, as longer walks "
                "nearly always turn matter inside out or change its volume beyond a factor of two"
            )
            yield Conflict(("max_strain",), message)
        acceptance = max(1.0 - self.steps * self.min_gap, 0.0) ** (self.steps - 1)
        if self.spacing == "random" and acceptance < SMALLEST_KNOT_ACCEPTANCE:
            largest = (1.0 - SMALLEST_KNOT_ACCEPTANCE ** (1.0 / max(self.steps - 1, 1))) / self.steps
            bound = math.floor(1e5 * largest) / 1e5
            message = f"must be at most {bound:g} with steps: {self.steps}, as random knots rarely stay so far apart"
            yield Conflict(("min_gap",), message)

    @property
    def relative_length(self) -> float:
        """How much longer a path is to integrate than a usual walk."""
        return (self.max_strain / USUAL_STRAIN) ** STRAIN_POWER * (self.steps / USUAL_STEPS) ** STEPS_POWER

    def draw(self, dimension: int, rng: np.random.Generator) -> Draw:
        """Return the next admissible walk (see `Block.draw`)."""
        from hammerscale.loading.random_walk import random_walk

        path, rejected = random_walk(
            rng, self.max_strain, self.steps, self.spacing, self.min_gap, dimension, self.variant
        )
        return Draw(KNOTS, path.breakpoints, path.stretch(path.breakpoints), rejected=rejected)
