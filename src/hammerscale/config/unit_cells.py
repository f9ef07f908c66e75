"""Unit cells (representative volumes) that a data set can be computed with."""

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from hammerscale.config.section import LARGEST_SEED, Conflict, FileName, Integer, Number, Section

MaterialFileName = Annotated[FileName, Field(description="YAML file of the material's constants")]
MicrostructureSeed = Annotated[
    Annotated[Integer, Field(ge=0, le=LARGEST_SEED)] | None,
    Field(default=None, description="seed of the orientations and grains; by default derived from campaign.seed"),
]
DirectionNumber = Annotated[Number, Field(ge=-1e6, le=1e6)]
Direction = tuple[DirectionNumber, DirectionNumber, DirectionNumber]
SMALLEST_DIRECTION = 1e-6
# What a point of a body carries for every grain or pixel: 30 numbers, 9 numbers.
GRAIN_BYTES, PIXEL_BYTES = 240, 72


class RandomTexture(Section):
    """Orientations uniform over all rotations."""

    kind: Literal["random"]


class FibreTexture(Section):
    """One crystal axis points along one sample axis, with a spread; the rotation about it is uniform."""

    kind: Literal["fibre"]
    crystal_axis: Direction = Field(
        examples=[[0.0, 0.0, 1.0]], description="axis in crystal coordinates, x3 along the c axis, any length"
    )
    sample_axis: Direction = Field(examples=[[1.0, 0.0, 0.0]], description="axis in sample coordinates, any length")
    spread_deg: Number = Field(default=0.0, ge=0.0, le=180.0, description="standard deviation of the tilt [degrees]")

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse axes so short that rounding decides where they point."""
        for key in ("crystal_axis", "sample_axis"):
            if math.hypot(*getattr(self, key)) < SMALLEST_DIRECTION:
                yield Conflict((key,), f"must not be the zero vector or shorter than {SMALLEST_DIRECTION:g}")


class FileTexture(Section):
    """Orientations and weights from a file."""

    kind: Literal["file"]
    file: FileName = Field(examples=["textures/rolled.csv"], description="quaternions or Bunge angles with weights")


Texture = Annotated[RandomTexture | FibreTexture | FileTexture, Field(discriminator="kind")]


class Elastic(Section):
    """A homogeneous elastic body: closed form, for verification."""

    kind: Literal["elastic"]
    material: MaterialFileName = Field(examples=["config/materials/magnesium.yaml"])

    @property
    def dimension(self) -> int:
        """Number of dimensions of the strain paths."""
        return 3

    @property
    def state_bytes(self) -> int:
        """Memory of one point [B]."""
        return 16


class Taylor(Section):
    """A polycrystal in 3-D whose grains all see the same deformation."""

    kind: Literal["taylor"]
    material: MaterialFileName = Field(examples=["config/materials/magnesium.yaml"])
    grains: Integer = Field(default=128, ge=1, le=100_000, description="number of grains")
    texture: Texture = Field(default=RandomTexture(kind="random"), description="how the grains are oriented")
    tolerance: Number = Field(default=1e-6, ge=1e-12, le=1e-2, description="error allowed per time step [-]")
    max_steps: Integer = Field(
        default=1_000_000, ge=10, le=1_000_000_000, description="time steps after which a path fails"
    )
    microstructure_seed: MicrostructureSeed

    @property
    def dimension(self) -> int:
        """Number of dimensions of the strain paths."""
        return 3

    @property
    def state_bytes(self) -> int:
        """Memory of one point of magnesium [B], the most that any crystal here takes."""
        return GRAIN_BYTES * (1 + self.grains)

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse a number of grains beside a file that lists them."""
        if self.texture.kind == "file" and "grains" in self.model_fields_set:
            yield Conflict(("grains",), "must be left out with texture: {kind: file}: the file lists the grains")


class Spectral(Section):
    """A periodic polycrystal in plane strain, solved by FFT."""

    kind: Literal["spectral"]
    material: MaterialFileName = Field(examples=["config/materials/square_crystal.yaml"])
    grains: Integer = Field(default=16, ge=1, le=100_000, description="number of grains of the periodic Voronoi map")
    grid: Integer = Field(default=64, ge=4, le=1024, multiple_of=2, description="pixels along each side")
    scheme: Literal["rotated", "fourier"] = Field(default="rotated", description="discretisation of the gradient")
    tolerance: Number = Field(default=1e-5, ge=1e-12, le=1e-1, description="relative residual of equilibrium [-]")
    steps: Integer = Field(default=1000, ge=10, le=1_000_000, description="time steps of a path, halved where needed")
    stress_average: Literal["deformed", "pixel"] = Field(
        default="deformed", description="mean stress over the deformed cell (Hill's) or over pixels (the paper's text)"
    )
    microstructure_seed: MicrostructureSeed

    @property
    def dimension(self) -> int:
        """Number of dimensions of the strain paths."""
        return 2

    @property
    def state_bytes(self) -> int:
        """Memory of one point [B]."""
        return PIXEL_BYTES * (1 + self.grid**2)

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse more grains than pixels."""
        if self.grains > self.grid**2:
            yield Conflict(("grains",), f"must be at most {self.grid**2}, the number of pixels of grid: {self.grid}")


UnitCellSettings = Annotated[Elastic | Taylor | Spectral, Field(discriminator="kind")]


def texture_file(rev: UnitCellSettings) -> str | None:
    """Return the file that lists the grains of a unit cell, None where they are drawn."""
    return rev.texture.file if isinstance(rev, Taylor) and isinstance(rev.texture, FileTexture) else None
