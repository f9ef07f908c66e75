"""The Taylor polycrystal as a kind of unit cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from annotated_types import Ge, Le

from hammerscale.cell.grains import MICROSTRUCTURE, Grains
from hammerscale.keys import Conflict, Integer, Meaning, MicrostructureSeed, Number, OneOf
from hammerscale.kinds import START_S, Block, CaseMethod, CellSettings, TextureSettings
from hammerscale.microstructure.random_texture import RandomTexture
from hammerscale.registry import TEXTURES
from hammerscale.streams import stream

if TYPE_CHECKING:
    from hammerscale.cell.unit_cell import UnitCell
    from hammerscale.crystal.material import CrystalMaterial

USUAL_GRAINS, USUAL_TOLERANCE = 128, 1e-6
RANDOM = RandomTexture(kind="random")
# A walk of 10 % in ten steps takes 9.2 ms for 128 grains of magnesium: seconds per grain.
GRAIN_S = 6.8e-5
# A step of one grain at a point of a body [µs], and the 30 numbers that the point carries for it [B].
GRAIN_US, GRAIN_BYTES = 0.64, 240


@dataclass(frozen=True, kw_only=True)
class Taylor(CellSettings):
    """A polycrystal in 3-D whose grains all see the same deformation."""

    mean_field: ClassVar[bool] = True
    volumetric_isochoric: ClassVar[bool] = True

    kind: Literal["taylor"]
    grains: Annotated[
        Annotated[Integer, Ge(1), Le(100_000)] | None,
        Meaning(f"number of grains, by default {USUAL_GRAINS}; a texture from a file brings its own"),
    ] = None
    texture: Annotated[TextureSettings, OneOf(TEXTURES), Meaning("how the grains are oriented")] = RANDOM
    tolerance: Annotated[Number, Ge(1e-12), Le(1e-2), Meaning("error allowed per time step [-]")] = USUAL_TOLERANCE
    max_steps: Annotated[Integer, Ge(10), Le(1_000_000_000), Meaning("time steps after which a path fails")] = 1_000_000
    microstructure_seed: MicrostructureSeed = None

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse a number of grains in addition to a file that lists them."""
        if self.named_file and self.grains is not None:
            yield Conflict(("grains",), "must be left out with texture: {kind: file}: the file lists the grains")

    def __post_init__(self) -> None:
        """Settle the number of grains that are drawn."""
        super().__post_init__()
        if self.grains is None and not self.named_file:
            object.__setattr__(self, "grains", USUAL_GRAINS)

    @property
    def named_file(self) -> str | None:
        """File that lists the grains, None where as many as asked for are drawn."""
        return self.texture.named_file

    @property
    def symmetry_axis(self) -> tuple[float, float, float] | None:
        """Sample axis of the texture."""
        return self.texture.axis

    @property
    def grain_count(self) -> int:
        """Number of grains; as many as usual are assumed of a file, which is not read for this."""
        return self.grains or USUAL_GRAINS

    @property
    def state_bytes(self) -> int:
        """Memory of one point of magnesium [B], the most that any crystal here takes."""
        return GRAIN_BYTES * (1 + self.grain_count)

    @property
    def point_us(self) -> float:
        """CPU time of one step at one point of a body, with the solver's share [µs]."""
        return GRAIN_US * self.grain_count

    def path_s(self, block: Block) -> float:
        """Return the CPU time of one path of a block [s]; it follows the error allowed by the order of the method."""
        accuracy = (USUAL_TOLERANCE / self.tolerance) ** 0.2
        return START_S + GRAIN_S * self.grain_count * accuracy * block.relative_length

    def draw_grains(self, seed: int) -> Grains:
        """Return the orientations and weights that belong to a seed."""
        return Grains(*self.texture.orientations(stream(seed, MICROSTRUCTURE, "texture"), self.grain_count))

    def build(self, material: CrystalMaterial, grains: Grains, time_limit_s: float) -> UnitCell:
        """Return the polycrystal (see `CellSettings.build`)."""
        from hammerscale.cell.taylor import TaylorPolycrystal

        orientations = grains.quaternions, grains.weights
        return TaylorPolycrystal(material, *orientations, self.tolerance, self.max_steps, time_limit_s)

    def case_method(self) -> CaseMethod:
        """Return how a case names the method."""
        return CaseMethod("taylor", {"tolerance": self.tolerance, "max_steps": self.max_steps})
