"""Material files: every constant with its value, unit, source and status, checked and converted to SI."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from hammerscale.config.machinery.section import Conflict, Number, Section, Slug, Switch
from hammerscale.config.machinery.spelling import suggest

Status = Annotated[
    Literal["from the paper", "our choice, unverified", "measured", "fitted to simulations"],
    Field(description="how far the value can be trusted"),
]
Source = Annotated[str, Field(min_length=3, max_length=500, description="where the value comes from")]
FAMILIES = {"hexagonal": ("basal", "prismatic", "pyramidal"), "square": ("cubic2d",)}
TWIN_FAMILIES = {"hexagonal": ("tensile_twin",), "square": ()}

Plain = bool | float | str | None | list["Plain"] | dict[str, "Plain"]


class Quantity(Section):
    """A constant with its unit; subclasses name the units of one dimension."""

    scales: ClassVar[dict[str, float]]

    value: Number = Field(ge=0.0, le=1e13, description="the number, in `unit`")
    unit: str
    source: Source
    status: Status

    @property
    def si(self) -> float:
        """The value in SI units."""
        return self.value * self.scales[self.unit]


class Stress(Quantity):
    """A stress or a modulus."""

    scales: ClassVar[dict[str, float]] = {"Pa": 1.0, "MPa": 1e6, "GPa": 1e9}
    unit: Literal["Pa", "MPa", "GPa"]


class PositiveStress(Stress):
    """A stress or a modulus that must not vanish."""

    value: Number = Field(gt=0.0, le=1e13, description="the number, in `unit`")


class Rate(Quantity):
    """A rate."""

    scales: ClassVar[dict[str, float]] = {"1/s": 1.0}
    value: Number = Field(gt=0.0, le=1e13, description="the number, in `unit`")
    unit: Literal["1/s"]


class Density(Quantity):
    """A mass density."""

    scales: ClassVar[dict[str, float]] = {"kg/m^3": 1.0}
    value: Number = Field(gt=0.0, le=1e6, description="the number, in `unit`")
    unit: Literal["kg/m^3"]


class Ratio(Quantity):
    """A number without dimension."""

    scales: ClassVar[dict[str, float]] = {"1": 1.0}
    value: Number = Field(gt=0.0, le=100.0, description="the number")
    unit: Literal["1"]


class Exponent(Ratio):
    """The rate exponent m in stress ∝ rate^m."""

    value: Number = Field(ge=0.01, le=5.0, description="the number")


class Option(Section):
    """A yes-or-no decision of the model."""

    value: Switch = Field(description="true or false")
    source: Source
    status: Status


class Hexagonal(Section):
    """The hexagonal close-packed lattice, 3-D."""

    kind: Literal["hexagonal"]
    c_over_a: Ratio = Field(description="axial ratio c/a [-]")


class Square(Section):
    """Two orthogonal slip systems in the plane, 2-D."""

    kind: Literal["square"]


class Slip(Section):
    """Constants shared by the slip systems of a family."""

    hardening_modulus: Stress = Field(description="h, initial slope of the Voce threshold")
    saturation_stress: Stress = Field(description="σ∞, saturated Voce threshold")
    latent_modulus: Stress = Field(description="h_ij between different systems of the family")
    drag_stress: PositiveStress = Field(description="τ0 of the viscous power law")
    rate_exponent: Exponent = Field(description="m in stress ∝ rate^m")
    reference_rate: Rate = Field(description="reference slip rate γ̇0")

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse a Voce law of which one constant is missing: its slope and its limit vanish together."""
        if (self.hardening_modulus.value > 0.0) != (self.saturation_stress.value > 0.0):
            message = "must be zero if hardening_modulus is, and positive otherwise"
            yield Conflict(("saturation_stress", "value"), message)


class Twin(Section):
    """Constants of the twin family."""

    name: Slug = Field(description="twin family of the lattice")
    hardening_modulus: Stress = Field(description="h_β, self-hardening of a twin fraction")
    latent_modulus: Stress = Field(description="k_ij between different variants")
    latent_factor: Ratio = Field(description="factor on K λ in the driving force")
    drag_stress: PositiveStress = Field(description="τ0 of the viscous power law")
    rate_exponent: Exponent = Field(description="m in stress ∝ rate^m")
    reference_rate: Rate = Field(description="reference twinning rate λ̇0")
    shear: Ratio = Field(description="γ_t, the twinning shear")


class MaterialFile(Section):
    """The constants of one crystalline material."""

    name: Slug = Field(description="name in messages and provenance")
    lattice: Annotated[Hexagonal | Square, Field(discriminator="kind", description="the crystal lattice")]
    shear_modulus: PositiveStress = Field(description="shear modulus G")
    volumetric_modulus: PositiveStress = Field(
        description="volumetric modulus λe of the energy λe (J-1)²; the bulk modulus is 2 λe"
    )
    density: Density = Field(description="mass density ρ")
    slip: dict[str, Slip] = Field(
        min_length=1, description="slip families of the lattice, in the order of the state vector"
    )
    twin: Twin | None = Field(default=None, description="twin family; leave it out for a crystal that does not twin")
    detwinning: Option = Field(description="whether twin fractions may shrink")
    drag_is_threshold: Option = Field(description="whether τ0 also acts as an initial yield stress")

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse families that the lattice does not have."""
        kind = self.lattice.kind
        known, twins = FAMILIES[kind], TWIN_FAMILIES[kind]
        for name in self.slip:
            if name not in known:
                message = f"is no slip family of the {kind} lattice: choose among {', '.join(known)}"
                yield Conflict(("slip", name), message, suggest(name, known))
        if self.twin and self.twin.name not in twins:
            message = f"is no twin family of the {kind} lattice: " + (
                f"choose among {', '.join(twins)}" if twins else "it has none, leave `twin` out"
            )
            yield Conflict(("twin", "name"), message, suggest(self.twin.name, twins))

    def constants(self) -> dict[str, Plain]:
        """Return the constants in SI units as plain data, keyed like the fields of `crystal.material`."""
        return {
            "name": self.name,
            "lattice": self.lattice.kind,
            "c_over_a": self.lattice.c_over_a.si if isinstance(self.lattice, Hexagonal) else 1.0,
            "shear_modulus": self.shear_modulus.si,
            "volumetric_modulus": self.volumetric_modulus.si,
            "density": self.density.si,
            "slip": [_si(name, family) for name, family in self.slip.items()],
            "twin": _si(self.twin.name, self.twin) if self.twin else None,
            "detwinning": self.detwinning.value,
            "drag_is_threshold": self.drag_is_threshold.value,
        }


def _si(name: str, section: Section) -> dict[str, Plain]:
    """Return the name of a family and its quantities in SI units."""
    return {"name": name, **{key: value.si for key, value in section if isinstance(value, Quantity)}}
