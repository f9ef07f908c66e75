"""Johnson and Cook's law as a kind of law."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hammerscale.config.cell_record import CellRecord
from hammerscale.config.law_file import Fraction, HeatCapacity, IsotropicElasticity, Temperature
from hammerscale.config.machinery.section import Conflict
from hammerscale.config.material_file import PositiveStress, Quantity, Rate, Ratio, Stress

if TYPE_CHECKING:
    from hammerscale.laws.law import Law


class JohnsonCook(IsotropicElasticity):
    """Johnson and Cook's strength with adiabatic heating."""

    point_us: ClassVar[float | None] = 0.33

    kind: Literal["johnson_cook"]
    yield_stress: PositiveStress = Field(description="A")
    hardening: Stress = Field(description="B")
    exponent: Ratio = Field(description="n [-]")
    rate_factor: Ratio = Field(description="C [-]")
    reference_rate: Rate = Field(description="rate below which the strength does not depend on it")
    reference_temperature: Temperature = Field(description="temperature at the start and of full strength")
    melting_temperature: Temperature = Field(description="temperature without strength")
    softening: Ratio = Field(description="m [-]")
    heat_capacity: HeatCapacity = Field(description="specific heat capacity")
    heat_fraction: Fraction = Field(description="part of the plastic work that becomes heat [-]")
    stands_for: CellRecord | None = Field(
        default=None, description="what its constants were fitted to; without it the law claims no microstructure"
    )

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse a metal that is molten from the start."""
        if self.melting_temperature.value <= self.reference_temperature.value:
            yield Conflict(("melting_temperature", "value"), "must exceed reference_temperature")

    def record(self) -> CellRecord:
        """Return what its constants were fitted to; those of a handbook stand for no microstructure."""
        return self.stands_for or CellRecord()

    def build(self) -> "Law":
        """Return the law."""
        from hammerscale.laws.johnson_cook import JohnsonCookLaw

        bulk, shear = self.moduli()
        constants = {name: value.si for name, value in self if isinstance(value, Quantity)}
        del constants["youngs_modulus"], constants["poisson_ratio"]
        return JohnsonCookLaw(bulk_modulus=bulk, shear_modulus=shear, **constants)
