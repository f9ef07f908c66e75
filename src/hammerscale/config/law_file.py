"""Law files: the material of an impact simulation, every constant with its value, unit, source and status."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from hammerscale.config.cell_record import CellRecord
from hammerscale.config.law_seal import require_sealed
from hammerscale.config.machinery.section import Number, Section
from hammerscale.config.machinery.section_file import read_section
from hammerscale.config.machinery.spelling import suggest
from hammerscale.config.material_file import Density, PositiveStress, Quantity, Ratio
from hammerscale.errors import ConfigError
from hammerscale.keys import OneOf
from hammerscale.kinds import CellSettings
from hammerscale.registry import LAWS

if TYPE_CHECKING:
    from hammerscale.laws.law import Law

LAW_FOLDER = Path("config/laws")
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


class LawSection(Section, ABC):
    """The material of an impact: a kind of law with its constants.

    Attributes
    ----------
    point_us : CPU time of one step at one point of a body, with the solver's share [µs], None where it is not known
    """

    point_us: ClassVar[float | None] = None

    @property
    def density_kg_m3(self) -> float | None:
        """Mass density ρ [kg/m³], None for that of the material that the law names."""
        density: Density | None = getattr(self, "density", None)
        return density.si if density else None

    @property
    def cell(self) -> CellSettings | None:
        """The unit cell that the law has at every point, None without one."""
        return None

    @property
    def step_us(self) -> float | None:
        """CPU time of one step at one point of a body with these settings [µs], None where it is not known."""
        return self.cell.point_us if self.cell else self.point_us

    def named_files(self) -> tuple[Path, ...]:
        """Return the files that the law names, on whose contents it depends."""
        return ()

    def record(self) -> CellRecord | None:
        """Return what the law stands for besides its density, None where that is unknown."""
        return CellRecord()

    @abstractmethod
    def build(self) -> "Law":
        """Return the law."""


class IsotropicElasticity(LawSection):
    """Constants that all metals here have."""

    youngs_modulus: PositiveStress = Field(description="E")
    poisson_ratio: PoissonRatio = Field(description="ν [-]")
    density: Density = Field(description="ρ")

    def moduli(self) -> tuple[float, float]:
        """Return bulk and shear modulus [Pa]."""
        young, poisson = self.youngs_modulus.si, self.poisson_ratio.si
        return young / (3.0 - 6.0 * poisson), young / (2.0 + 2.0 * poisson)


class LawFile(Section):
    """A material for impact simulations."""

    law: Annotated[LawSection, OneOf(LAWS)] = Field(description="the law and its constants")

    def named_files(self) -> tuple[Path, ...]:
        """Return the files that the law names, on whose contents it depends."""
        return self.law.named_files()

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
    exported = LAWS["exported"](kind="exported", folder=name, density=given)
    return NamedLaw("/".join(Path(name).parts[-2:]), LawFile(law=exported))


def find_law_file(name: str) -> Path:
    """Return the file of a law: of that name in config/laws, or the path itself."""
    if Path(name).suffix in (".yaml", ".yml"):
        return Path(name)
    known = sorted(file.stem for file in LAW_FOLDER.glob("*.yaml"))
    if name not in known:
        guess = suggest(name, known)
        raise ConfigError(
            f"there is no law '{name}' in {LAW_FOLDER}" + (f"; did you mean '{guess}'?" if guess else ""),
            "Nothing was started.",
            f"known laws: {', '.join(known)}; a path to a law file works, too",
        )
    return LAW_FOLDER / f"{name}.yaml"
