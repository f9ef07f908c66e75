"""The elastic body as a kind of unit cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from hammerscale.cell.grains import Grains
from hammerscale.kinds import CellSettings

if TYPE_CHECKING:
    from hammerscale.cell.unit_cell import UnitCell
    from hammerscale.crystal.material import CrystalMaterial


@dataclass(frozen=True, kw_only=True)
class Elastic(CellSettings):
    """A homogeneous elastic body: closed form, for verification."""

    has_crystals: ClassVar[bool] = False
    volumetric_isochoric: ClassVar[bool] = True
    law: ClassVar[str] = "hammerscale.laws.elastic_law:ElasticLaw"

    kind: Literal["elastic"]

    @property
    def state_bytes(self) -> int:
        """Memory of one point of a body [B]."""
        return 16

    @property
    def point_us(self) -> float:
        """CPU time of one step at one point of a body, with the solver's share [µs]."""
        return 0.18

    def draw_grains(self, seed: int) -> Grains:
        """Return no grains."""
        return Grains()

    def build(self, material: CrystalMaterial, grains: Grains, time_limit_s: float) -> UnitCell:
        """Return the elastic body of a crystal; its paths take no time."""
        from hammerscale.cell.elastic_body import ElasticBody

        return ElasticBody(material.shear_modulus, material.volumetric_modulus, material.density)
