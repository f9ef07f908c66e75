"""Law files: the material of an impact simulation, every constant with its value, unit, source and status."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from hammerscale.config.cell_record import CellRecord
from hammerscale.config.law_seal import require_sealed
from hammerscale.config.material import Density, PositiveStress, Quantity, Rate, Ratio, Stress
from hammerscale.config.section import LARGEST_SEED, Conflict, FileName, Integer, Number, Section
from hammerscale.config.section_file import read_section
from hammerscale.config.spelling import suggest
from hammerscale.config.unit_cells import UnitCellSettings, texture_file
from hammerscale.errors import ConfigError

LAWS = Path("config/laws")
# What stands for the contents of an exported model.
MANIFEST = "manifest.json"
GIVEN = "given beside the deck"


class Temperature(Quantity):
    """A temperature."""

    scales: ClassVar[dict[str, float]] = {"degC": 1.0}
    value: Number = Field(ge=-273.15, le=1e5, description="the number, in `unit`")
    unit: Literal["degC"]


class HeatCapacity(Quantity):
    """A specific heat capacity."""

    scales: ClassVar[dict[str, float]] = {"J/(kg K)": 1.0}
    value: Number = Field(gt=0.0, le=1e6, description="the number, in `unit`")
    unit: Literal["J/(kg K)"]


class PoissonRatio(Ratio):
    """Poisson's ratio of a compressible solid."""

    value: Number = Field(gt=0.0, lt=0.5, description="the number")


class Fraction(Ratio):
    """A part of a whole."""

    value: Number = Field(gt=0.0, le=1.0, description="the number")


class IsotropicElasticity(Section):
    """Constants that all metals here have."""

    youngs_modulus: PositiveStress = Field(description="E")
    poisson_ratio: PoissonRatio = Field(description="ν [-]")
    density: Density = Field(description="ρ")

    def moduli(self) -> tuple[float, float]:
        """Return bulk and shear modulus [Pa]."""
        young, poisson = self.youngs_modulus.si, self.poisson_ratio.si
        return young / (3.0 - 6.0 * poisson), young / (2.0 + 2.0 * poisson)


class J2(IsotropicElasticity):
    """J2 plasticity with linear isotropic hardening."""

    kind: Literal["j2"]
    yield_stress: PositiveStress = Field(description="initial yield stress")
    hardening_modulus: Stress = Field(description="slope of yield stress over plastic strain")


class JohnsonCook(IsotropicElasticity):
    """Johnson and Cook's strength with adiabatic heating."""

    kind: Literal["johnson_cook"]
    yield_stress: PositiveStress = Field(description="A")
    hardening: Stress = Field(description="B")
    exponent: Ratio = Field(description="n [-]")
    rate_factor: Ratio = Field(description="C [-]")
    reference_rate: Rate = Field(description="rate below which rate does not matter")
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


class UnitCellAtEveryPoint(Section):
    """A representative volume at every quadrature point (concurrent multiscale)."""

    kind: Literal["unit_cell"]
    rev: UnitCellSettings
    seed: Integer = Field(default=2022, ge=0, le=LARGEST_SEED, description="seed of the microstructure")
    density: Density | None = Field(default=None, description="ρ, by default that of the material")
    stands_for: CellRecord | None = Field(
        default=None, description="what the law was written for; it is refused where its files say something else now"
    )


class Exported(Section):
    """A surrogate that was exported to a folder."""

    kind: Literal["exported"]
    folder: FileName = Field(examples=["models/pressure"], description="folder of the exported model")
    density: Density = Field(description="ρ")
    parameters: dict[str, Number] | None = Field(
        default=None,
        description="values of the parameters of the material that the surrogate takes, by their names and in their "
        "units in the data set that it learned from",
    )


class LawFile(Section):
    """A material for impact simulations."""

    law: Annotated[J2 | JohnsonCook | UnitCellAtEveryPoint | Exported, Field(discriminator="kind")]

    def named_files(self) -> tuple[Path, ...]:
        """Return the files that the law names, on whose contents it depends."""
        if isinstance(self.law, Exported):
            return (Path(self.law.folder) / MANIFEST,)
        if not isinstance(self.law, UnitCellAtEveryPoint):
            return ()
        return tuple(Path(name) for name in (self.law.rev.material, texture_file(self.law.rev)) if name)

    def with_density(self, density: float) -> "LawFile":
        """Return the law with another density [kg/m³]."""
        given = Density(value=density, unit="kg/m^3", source=GIVEN, status="our choice, unverified")
        return LawFile(law=self.law.model_copy(update={"density": given}))


class NamedLaw(NamedTuple):
    """A law and what to call it."""

    name: str
    file: LawFile


def read_law(name: str, density: float | None = None) -> NamedLaw:
    """Return a law: a name in config/laws, a law file, or the folder of an exported surrogate.

    A `density` [kg/m³] takes the place of the law's own; a surrogate does not know any.
    """
    if not Path(name).is_dir():
        path = find_law_file(name)
        require_sealed(path)
        file = read_section(path, LawFile)
        return NamedLaw(path.stem, file if density is None else file.with_density(density))
    if density is None:
        raise ConfigError(
            f"{name} is a surrogate, and a surrogate does not know its density",
            "Nothing was started.",
            "give it with --vary density_kg_m3=VALUE, or write a law file of kind exported",
        )
    given = Density(value=density, unit="kg/m^3", source=GIVEN, status="our choice, unverified")
    exported = Exported(kind="exported", folder=name, density=given)
    return NamedLaw("/".join(Path(name).parts[-2:]), LawFile(law=exported))


def find_law_file(name: str) -> Path:
    """Return the file of a law: of that name in config/laws, or the path itself."""
    if Path(name).suffix in (".yaml", ".yml"):
        return Path(name)
    known = sorted(file.stem for file in LAWS.glob("*.yaml"))
    if name not in known:
        guess = suggest(name, known)
        raise ConfigError(
            f"there is no law '{name}' in {LAWS}" + (f"; did you mean '{guess}'?" if guess else ""),
            "Nothing was started.",
            f"known laws: {', '.join(known)}; a path to a law file works, too",
        )
    return LAWS / f"{name}.yaml"
