"""The periodic cell in the plane as a kind of unit cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from annotated_types import Ge, Le, MultipleOf

from hammerscale.cell.grains import MICROSTRUCTURE, Grains
from hammerscale.keys import Conflict, FileName, Integer, Meaning, MicrostructureSeed, Number
from hammerscale.kinds import START_S, Block, CaseMethod, CellSettings
from hammerscale.streams import stream

if TYPE_CHECKING:
    from hammerscale.cell.unit_cell import UnitCell
    from hammerscale.crystal.material import CrystalMaterial

# A path of 1,000 steps takes 280 ms on 64 x 64 pixels: seconds per pixel and step.
PIXEL_STEP_S = 6.8e-8
# A step of one pixel at a point of a body [µs], and the 9 numbers that the point carries for it [B].
PIXEL_US, PIXEL_BYTES = 0.29, 72


@dataclass(frozen=True, kw_only=True)
class Spectral(CellSettings):
    """A periodic polycrystal in plane strain, solved by FFT."""

    dimension: ClassVar[int] = 2
    lattices: ClassVar[tuple[str, ...]] = ("square",)

    kind: Literal["spectral"]
    material: Annotated[
        FileName, Meaning("YAML file of the material's constants", "config/materials/square_crystal.yaml")
    ]
    grains: Annotated[Integer, Ge(1), Le(100_000), Meaning("number of grains of the periodic Voronoi map")] = 16
    grid: Annotated[Integer, Ge(4), Le(1024), MultipleOf(2), Meaning("pixels along each side")] = 64
    scheme: Annotated[Literal["rotated", "fourier"], Meaning("discretisation of the gradient")] = "rotated"
    tolerance: Annotated[Number, Ge(1e-12), Le(1e-1), Meaning("relative residual of equilibrium [-]")] = 1e-5
    steps: Annotated[Integer, Ge(10), Le(1_000_000), Meaning("time steps of a path, halved where needed")] = 1000
    stress_average: Annotated[
        Literal["deformed", "pixel"],
        Meaning("mean stress over the deformed cell (Hill's) or over pixels (the paper's text)"),
    ] = "deformed"
    microstructure_seed: MicrostructureSeed = None

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse more grains than pixels."""
        if self.grains > self.grid**2:
            yield Conflict(("grains",), f"must be at most {self.grid**2}, the number of pixels of grid: {self.grid}")

    @property
    def state_bytes(self) -> int:
        """Memory of one point of a body [B]."""
        return PIXEL_BYTES * (1 + self.grid**2)

    @property
    def point_us(self) -> float:
        """CPU time of one step at one point of a body, with the solver's share [µs]."""
        return PIXEL_US * self.grid**2

    def path_s(self, block: Block) -> float:
        """Return the CPU time of one path of a block [s]; all take the same number of steps."""
        return START_S + PIXEL_STEP_S * self.grid**2 * self.steps

    def draw_grains(self, seed: int) -> Grains:
        """Return the grain map and the angles that belong to a seed."""
        from hammerscale.microstructure.voronoi import random_angles, random_map

        grain_map = random_map(stream(seed, MICROSTRUCTURE, "grain map"), self.grains, self.grid)
        angles = random_angles(stream(seed, MICROSTRUCTURE, "grain angles"), self.grains)
        return Grains(grain_map=grain_map.astype("int64"), angles=angles)

    def build(self, material: CrystalMaterial, grains: Grains, time_limit_s: float) -> UnitCell:
        """Return the periodic cell (see `CellSettings.build`)."""
        from hammerscale.cell.spectral.spectral_cell import SpectralCell

        return SpectralCell(
            material,
            grains.grain_map,
            grains.angles,
            self.scheme,
            self.tolerance,
            self.steps,
            self.stress_average,
            time_limit_s,
        )

    def case_method(self) -> CaseMethod:
        """Return how a case names the method."""
        numerics: dict[str, float | str] = {"tolerance": self.tolerance, "steps": self.steps}
        numerics["stress_average"] = self.stress_average
        return CaseMethod("cell", numerics, self.scheme)
