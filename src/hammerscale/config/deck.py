"""Impact decks: a body, what it hits, how long, and how the solver runs; the material is chosen separately."""

from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from hammerscale.config.machinery.section import Conflict, Integer, Number, Section, Switch
from hammerscale.config.machinery.section_file import read_section

Length = Annotated[Number, Field(gt=0.0, le=1e6)]
Count = Annotated[Integer, Field(ge=1, le=10_000)]


# An explicit solver holds some two kilobytes per element.
LARGEST_MESH = 10_000_000
SECTORS = {"full": 4, "half": 2, "quarter": 1}


class Cylinder(Section):
    """A cylinder about z, meshed by an O-grid."""

    kind: Literal["cylinder"]
    length_mm: Length = Field(examples=[5.0], description="length along z [mm]")
    radius_mm: Length = Field(examples=[0.5], description="radius [mm]")
    core: Count = Field(examples=[4], description="elements along each side of a quarter's core")
    rings: Count = Field(examples=[4], description="elements between core and surface")
    layers: Count = Field(examples=[66], description="elements along the axis")
    section: Literal["full", "half", "quarter"] = Field(default="quarter", description="part that is meshed")

    def element_count(self) -> int:
        """Return the number of elements."""
        return SECTORS[self.section] * (self.core**2 + 2 * self.core * self.rings) * self.layers


class Plate(Section):
    """A quarter of a square plate with its top face at z = 0, simply supported at the lower edge of its rim."""

    kind: Literal["plate"]
    half_width_mm: Length = Field(examples=[10.0], description="half the width [mm]")
    thickness_mm: Length = Field(examples=[1.0], description="thickness [mm]")
    across: Count = Field(examples=[38], description="elements along half the width")
    through: Count = Field(examples=[8], description="elements through the thickness")
    first_mm: Length = Field(examples=[0.1], description="element size under the impact, growing outwards [mm]")

    def element_count(self) -> int:
        """Return the number of elements."""
        return self.across**2 * self.through


class Box(Section):
    """A box on z = 0, cut by the symmetry planes x = 0 and y = 0."""

    kind: Literal["box"]
    size_mm: tuple[Length, Length, Length] = Field(examples=[[0.5, 0.5, 10.0]], description="size along x, y, z [mm]")
    elements: tuple[Count, Count, Count] = Field(examples=[[1, 1, 50]], description="elements along x, y, z")
    lateral: Literal["free", "plane_strain", "held"] = Field(
        default="free", description="plane_strain: no motion along y; held: uniaxial strain, no motion across z"
    )

    def element_count(self) -> int:
        """Return the number of elements."""
        return prod(self.elements)


class Wall(Section):
    """A rigid, frictionless wall at z = 0 that the body flies against."""

    kind: Literal["wall"]
    velocity_m_s: Number = Field(gt=0.0, le=1e5, examples=[200.0], description="speed of the body [m/s]")
    rebound: Switch = Field(default=True, description="whether nodes that met the wall may leave it again")


class Projectile(Section):
    """A rigid, flat-ended cylinder about z that flies down onto the body, without friction."""

    kind: Literal["projectile"]
    velocity_m_s: Number = Field(gt=0.0, le=1e5, examples=[200.0], description="speed of the projectile [m/s]")
    radius_mm: Length = Field(examples=[2.0], description="radius [mm]")
    mass_kg: Annotated[Number, Field(gt=0.0, le=1e6)] | None = Field(
        default=None, description="whole mass [kg]; by default it is infinitely heavy"
    )


class Solver(Section):
    """Settings of the explicit solver."""

    hourglass: Number = Field(
        default=0.005, ge=0.0, le=1.0, description="hourglass stiffness; 1: a cube's stiffest deformation [-]"
    )
    linear_viscosity: Number = Field(default=0.06, ge=0.0, le=10.0, description="linear bulk viscosity [-]")
    quadratic_viscosity: Number = Field(default=1.2, ge=0.0, le=10.0, description="quadratic bulk viscosity [-]")
    step_scale: Number = Field(default=0.9, gt=0.0, le=1.0, description="fraction of the stable step [-]")
    threads: Count = Field(default=1, description="threads; results do not depend on their number")
    fused: Switch = Field(default=True, description="run a law's kernel inside the element loop where there is one")


class Deck(Section):
    """An impact simulation without its material."""

    title: str = Field(min_length=3, max_length=200, examples=["Taylor anvil"], description="title of the run")
    body: Annotated[Cylinder | Plate | Box, Field(discriminator="kind", description="shape and mesh of the body")]
    impact: Annotated[Wall | Projectile, Field(discriminator="kind", description="what the body meets")]
    duration_us: Number = Field(gt=0.0, le=1e9, examples=[1.0], description="simulated time [µs]")
    frames: Count = Field(
        default=20, description="number of times at which fields are written, in addition to the start"
    )
    history: Count = Field(default=400, description="points of the energy history, at most one per step")
    solver: Solver = Field(default=Solver(), description="settings of the explicit solver")

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse a projectile above a body that has no support, and a mesh that no memory holds."""
        if self.body.element_count() > LARGEST_MESH:
            message = f"its mesh has {self.body.element_count():.3g} elements; at most {LARGEST_MESH:.3g} are possible"
            yield Conflict(("body",), message)
        if self.impact.kind == "projectile" and self.body.kind != "plate":
            yield Conflict(("impact", "kind"), "a projectile needs a body with a support: a plate")
        if self.impact.kind == "wall" and self.body.kind == "plate":
            yield Conflict(("impact", "kind"), "a plate is supported at its rim and cannot fly against a wall")


def is_plane(deck: Deck) -> bool:
    """Return whether nothing in a deck moves along y."""
    return deck.body.kind == "box" and deck.body.lateral == "plane_strain"


def read_deck(file: str | Path) -> Deck:
    """Return the checked deck of a file.

    >>> read_deck("config/decks/taylor_anvil_coarse.yaml").body.element_count()
    396
    """
    return read_section(Path(file), Deck)
