"""J2 plasticity as a kind of law."""

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hammerscale.config.law_file import IsotropicElasticity
from hammerscale.config.material_file import PositiveStress, Stress

if TYPE_CHECKING:
    from hammerscale.laws.law import Law


class J2(IsotropicElasticity):
    """J2 plasticity with linear isotropic hardening."""

    point_us: ClassVar[float | None] = 0.3

    kind: Literal["j2"]
    yield_stress: PositiveStress = Field(description="initial yield stress")
    hardening_modulus: Stress = Field(description="slope of yield stress over plastic strain")

    def build(self) -> "Law":
        """Return the law."""
        from hammerscale.laws.j2 import J2Law

        return J2Law(*self.moduli(), self.yield_stress.si, self.hardening_modulus.si, self.density.si)
