"""What a case file may hold, field by field; stresses in MPa (see docs/reference/data.md)."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, field_validator

from hammerscale.config.machinery.section import Conflict, Integer, Number, Section, Switch
from hammerscale.crystal.systems import family_systems
from hammerscale.errors import InputError
from hammerscale.keys import OneOf
from hammerscale.loading.recipe import KNOTS, rules
from hammerscale.registry import PATHS

TWIN_FAMILY = "tensile_twin"
# Below it the kernels' constants could overflow [MPa].
SMALLEST_STRESS = 1e-12

PositiveStress = Annotated[Number, Field(ge=SMALLEST_STRESS, le=1e12)]
Stress = Annotated[Number, Field(ge=0.0, le=1e12)]
Exponent = Annotated[Number, Field(ge=0.01, le=5.0)]
Rate = Annotated[Number, Field(gt=0.0, le=1e15)]
Tolerance = Annotated[Number, Field(gt=0.0, le=0.99)] | None
Limit = Annotated[Integer, Field(ge=1, le=1_000_000_000)] | None
Seconds = Annotated[Number, Field(gt=0.0)] | None
Quaternion = tuple[Number, Number, Number, Number]
Stretch = tuple[Number, Number, Number, Number, Number, Number]
# Digits of a larger angle are lost [rad].
Angle = Annotated[Number, Field(ge=-1e6, le=1e6)]
GrainNumber = Annotated[Integer, Field(ge=0, lt=2**31)]


class CaseFamily(Section):
    """Constants that families of slip and of twins share."""

    n: Integer | None = None
    h: Stress
    tau0: PositiveStress
    m: Exponent
    rate0: Rate

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse stresses that are too small to be meant."""
        for key in ("h", "sinf", "hij", "k"):
            if 0.0 < getattr(self, key, 0.0) < SMALLEST_STRESS:
                yield Conflict((key,), f"must be 0 or at least {SMALLEST_STRESS:g}")


class CaseSlip(CaseFamily):
    """Constants of a family of slip systems."""

    family: str
    sinf: Stress
    hij: Stress

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse half a Voce law: the other constant would be ignored."""
        yield from super().conflicts()
        if (self.h > 0.0) != (self.sinf > 0.0):
            yield Conflict(("sinf",), "of h and sinf one is zero: give both, or set both to 0")


class CaseTwin(CaseFamily):
    """Constants of the twins."""

    k: Stress
    k_factor: Annotated[Number, Field(ge=0.0, le=100.0)] = 2.0


class CaseConstants(Section):
    """The material, and the length of the path `T_phys` [s]."""

    T_phys: Annotated[Number, Field(gt=0.0, le=1e9)]
    name: str = "case"
    c_over_a: Annotated[Number, Field(ge=0.01, le=100.0)] | None = None
    G: PositiveStress
    lame: PositiveStress
    # A quasi-static cell does not depend on the density; the paper's value is used where a case has none.
    density: Annotated[Number, Field(gt=0.0, le=1e6)] = 1.0e4
    slip: tuple[CaseSlip, ...] = Field(min_length=1)
    twin: CaseTwin | None = None
    gamma_t: Annotated[Number, Field(ge=0.0, le=100.0)] = 0.0
    detwinning: Switch = True
    drag_is_threshold: Switch = False
    # Constants of the implicit reference computations, which the explicit integration does not have.
    delta_lam: Number | None = None
    eps_bar: Number | None = None

    @field_validator("twin", mode="before")
    @classmethod
    def _without_variants(cls, twin: object) -> object:
        """Return None for a twin family of no variants."""
        return None if isinstance(twin, dict) and twin.get("n") == 0 else twin

    @property
    def lattice(self) -> str:
        """The lattice: only the hexagonal one has an axial ratio."""
        return "square" if self.c_over_a is None else "hexagonal"

    def systems(self, family: str) -> int:
        """Return the number of systems of a family, or raise an `InputError` if the lattice has no such family."""
        return len(family_systems(self.lattice, family, self.c_over_a or 1.0).directions)

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse families that the lattice lacks, a family twice, and twins without a shear."""
        families: list[tuple[tuple[str | int, ...], str, int | None]]
        families = [(("slip", i), slip.family, slip.n) for i, slip in enumerate(self.slip)]
        if self.twin:
            families.append((("twin",), TWIN_FAMILY, self.twin.n))
        for place, family, n in families:
            try:
                systems = self.systems(family)
            except InputError as error:
                yield Conflict((*place, "family"), f"{error.what}; {error.remedy}")
            else:
                if n not in (None, systems):
                    yield Conflict((*place, "n"), f"the family {family!r} has {systems} systems")
        for name, after in pairwise(sorted(slip.family for slip in self.slip)):
            if name == after:
                yield Conflict(("slip",), f"names the family {name!r} twice")
        if self.twin and not self.gamma_t:
            yield Conflict(("gamma_t",), "must be above 0 for a crystal that twins")


class KnotPath(Section):
    """A strain path through knots at normalised times."""

    kind: str
    t: tuple[Number, ...] = Field(min_length=1)
    U: tuple[Stretch, ...] = Field(min_length=1)


class FormulaPath(Section):
    """A strain path of one amplitude."""

    kind: str
    c: Number


class CyclesPath(FormulaPath):
    """A strain path that returns several times."""

    cycles: Annotated[Integer, Field(ge=1, le=10_000)]


def path_sections() -> Mapping[str, type[Section]]:
    """Return the fields of a path by its rule: knots, or one of the families with a formula."""
    formulas = {rule: CyclesPath if PATHS[rule].has_cycles else FormulaPath for rule in rules() if rule != KNOTS}
    return {KNOTS: KnotPath, **formulas}


class PolycrystalNumerics(Section):
    """Settings of the integration of crystals; what is missing is chosen tight."""

    tolerance: Tolerance = None
    max_steps: Limit = None
    time_limit_s: Seconds = None


class CellNumerics(Section):
    """Settings of a cell in the plane; what is missing is chosen tight."""

    tolerance: Annotated[Number, Field(gt=0.0, le=0.1)] | None = None
    steps: Limit = None
    stress_average: Literal["deformed", "pixel"] | None = None
    time_limit_s: Seconds = None


class CaseFile(Section):
    """What all cases have; fields of other programs next to these are not read."""

    model_config = ConfigDict(extra="ignore")

    case: str = ""
    params: CaseConstants
    path: Annotated[KnotPath | FormulaPath | CyclesPath, OneOf(path_sections)]
    t: tuple[Annotated[Number, Field(ge=0.0, le=1.0)], ...] = Field(min_length=1)

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse output times that do not rise."""
        if any(time >= after for time, after in pairwise(self.t)):
            yield Conflict(("t",), "must rise strictly within [0, 1]")


class PolycrystalFile(CaseFile):
    """One crystal, or several that all see the same deformation."""

    kind: Literal["single", "taylor"]
    quaternions_wxyz: tuple[Quaternion, ...] = Field(min_length=1)
    weights: tuple[Number, ...] | None = None
    numerics: PolycrystalNumerics = PolycrystalNumerics()

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse a single crystal of many grains, and another number of weights than of grains."""
        yield from super().conflicts()
        grains = len(self.quaternions_wxyz)
        if self.kind == "single" and grains > 1:
            yield Conflict(("quaternions_wxyz",), f"has {grains} orientations: set kind to 'taylor' for several grains")
        if self.weights is not None and len(self.weights) != grains:
            yield Conflict(("weights",), f"must be a list of {grains} numbers, one for every orientation")


class CellFile(CaseFile):
    """A cell in the plane."""

    kind: Literal["cell"]
    scheme: Literal["rotated", "fourier"]
    N: Integer | None = None
    theta: tuple[Angle, ...] = Field(min_length=1)
    grain_map: tuple[tuple[GrainNumber, ...], ...] = Field(min_length=1)
    numerics: CellNumerics = CellNumerics()

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse a map that is not square, or not of the size that the file gives."""
        yield from super().conflicts()
        rows = len(self.grain_map)
        if any(len(row) != rows for row in self.grain_map):
            yield Conflict(("grain_map",), f"must be square: every row must have {rows} numbers")
        if self.N not in (None, rows):
            yield Conflict(("N",), f"must be {rows}, the number of rows of grain_map")
