"""Strain paths of a data set: one block per family, split and set of parameters."""

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from hammerscale.config.section import Conflict, FileName, Integer, Number, Section, Slug

# Largest steps of which, at ten per path in three dimensions, at least about one drawn path in a hundred is admissible;
# a test draws them. A walk of a single step has few outcomes, and beyond its limit none of them may be admissible.
WALK_LIMITS = {"literal": 0.6, "reflected": 0.7, "log_stretch": 0.8}
SINGLE_STEP_LIMITS = {"literal": 0.45, "reflected": 0.45, "log_stretch": 0.65}
SMALLEST_KNOT_ACCEPTANCE = 0.01

Count = Annotated[
    Integer, Field(ge=1, le=10_000_000, examples=[100], description="number of simulations of this block")
]
Strain = Annotated[Number, Field(gt=0.0, le=1.0)]
OneSidedStrain = Annotated[
    Number,
    Field(
        gt=0.0,
        le=1.0,
        examples=[0.1],
        description="the strain amplitude c of each path is uniform in (0, max_strain] [-]",
    ),
]


class Block(Section):
    """What all path blocks share."""

    family: str
    split: Literal["train", "validation", "test"] = Field(
        examples=["train"], description="what the simulations are for"
    )
    name: Slug | None = Field(
        default=None, description="label of the block, unique in its data set; by default `<split>_<family>`"
    )

    @property
    def label(self) -> str:
        """Name of the block in design tables and messages."""
        return self.name or f"{self.split}_{self.family}"

    @property
    def simulations(self) -> int:
        """Number of simulations of the block."""
        return int(getattr(self, "count", 1))


class RandomWalk(Block):
    """Random walk of the stretch: every component moves by ±max_strain √Δt per step, joined by monotone cubics."""

    family: Literal["random_walk"]
    count: Count
    max_strain: Strain = Field(
        examples=[0.1],
        description="step size U_max, at most 0.6 (literal), 0.7 (reflected) or 0.8 (log_stretch) [-]",
    )
    steps: Integer = Field(default=10, ge=1, le=200, description="number of steps of the walk")
    spacing: Literal["random", "fixed"] = Field(default="random", description="lengths of the steps in time")
    min_gap: Number = Field(
        default=1e-3, ge=0.0, le=0.5, description="shortest step with random spacing, in normalised time [-]"
    )
    variant: Literal["literal", "reflected", "log_stretch"] = Field(
        default="literal",
        description="literal: as printed in the paper; reflected: steps turn back at |U - I| = max_strain; "
        "log_stretch: walk in ln U, so that every knot is positive definite",
    )

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


class Uniaxial(Block):
    """Isochoric stretch U = diag(f, 1/f, 1), f = 1 + c t: the paper's "uniaxial" path."""

    family: Literal["uniaxial"]
    count: Count
    max_strain: OneSidedStrain


class UniaxialTrue(Block):
    """Uniaxial strain U = diag(1 + c t, 1, 1), with its change of volume."""

    family: Literal["uniaxial_true"]
    count: Count
    max_strain: OneSidedStrain


class LoadUnload(Block):
    """The isochoric stretch up to 1 + c at half time and back."""

    family: Literal["load_unload"]
    count: Count
    max_strain: OneSidedStrain


class Cavity(Block):
    """Shear around an expanding cavity, U11 = 1/U22 = 1/√(1 + c t²)."""

    family: Literal["cavity"]
    count: Count
    max_strain: Number = Field(
        gt=0.0,
        le=0.9,
        examples=[0.1],
        description="largest 1 - U11 at the end of a path; c is uniform up to the value that reaches it [-]",
    )


class Cyclic(Block):
    """Isochoric zigzag 1 → 1 + c → 1 - c → 1, `cycles` times."""

    family: Literal["cyclic"]
    count: Count
    max_strain: Number = Field(
        gt=0.0,
        le=0.9,
        examples=[0.1],
        description="the strain amplitude c of each path is uniform in (0, max_strain] [-]",
    )
    cycles: Integer = Field(default=1, ge=1, le=1000, description="number of cycles")


class FilePath(Block):
    """One path read from a file."""

    family: Literal["file"]
    file: FileName = Field(
        examples=["paths/measured.csv"],
        description="CSV with the header t,U11,U22,U33,U12,U23,U13: knots of the stretch, t rising from 0 to 1",
    )


PathBlock = Annotated[
    RandomWalk | Uniaxial | UniaxialTrue | LoadUnload | Cavity | Cyclic | FilePath, Field(discriminator="family")
]
