"""Constants of one crystalline material, in SI units."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hammerscale.errors import InputError

NOT_NUMBERS = frozenset(
    {
        "name", "lattice", "slip", "twin", "detwinning", "drag_is_threshold",
        "flow", "hardening", "systems", "stiffness", "interaction", "stress_measure",
    }
)  # fmt: skip
ABOVE_ZERO = frozenset(
    {"c_over_a", "shear_modulus", "volumetric_modulus", "density", "rate_exponent", "reference_rate"}
)
FLOWS, HARDENINGS, STRESS_MEASURES = ("threshold", "power"), ("voce", "saturating"), ("mandel", "second_piola")
Vector = tuple[float, float, float]


@dataclass(frozen=True)
class SlipFamily:
    """Constants shared by the slip systems of one family.

    Flow is a law with a threshold (Liu et al., A.6), γ̇ = γ̇0 (<|τ| - g>/τ0)^(1/m), or a power law without one,
    γ̇ = γ̇0 (|τ|/ξ)^(1/m). Hardening is Voce's (A.4), g = σ∞ (1 - exp(-h e/σ∞)) + Σ h_ij e_j and ξ = ξ0 + g, or
    saturating, ξ̇_i = h Σ h_ij |γ̇_j| |1 - ξ_i/ξ∞|^a sgn(1 - ξ_i/ξ∞) and g = ξ.

    Attributes
    ----------
    name : family name that `crystal.systems` has for the lattice, or any name if `systems` are given
    hardening_modulus : h, initial slope of the Voce threshold, or of a saturating resistance [Pa]
    saturation_stress : σ∞, saturated Voce threshold, or ξ∞, saturated resistance [Pa]
    latent_modulus : h_ij of Voce's hardening between different systems of the family [Pa]
    drag_stress : τ0 of the law with a threshold [Pa]
    rate_exponent : m in stress ∝ rate^m [-]
    reference_rate : γ̇0 [1/s]
    flow : "threshold" or "power"
    hardening : "voce" or "saturating"
    initial_resistance : ξ0 [Pa]
    hardening_exponent : a of the saturating resistance [-]
    systems : slip directions and plane normals in crystal axes, unit vectors; None where `name` decides
    """

    name: str
    hardening_modulus: float
    saturation_stress: float
    latent_modulus: float
    drag_stress: float
    rate_exponent: float
    reference_rate: float
    flow: str = "threshold"
    hardening: str = "voce"
    initial_resistance: float = 0.0
    hardening_exponent: float = 0.0
    systems: tuple[tuple[Vector, Vector], ...] | None = None


@dataclass(frozen=True)
class TwinFamily:
    """Constants of the twin systems (Liu et al., A.5 and A.7).

    With a threshold λ̇ = λ̇0 (|y|/τ0)^(1/m), y = γ_t τ - q; as a power law λ̇ = λ̇0 (|τ|/ξ)^(1/m), ξ = ξ0 + q.

    Attributes
    ----------
    name : family name that `crystal.systems` has for the lattice
    hardening_modulus : h_β, self-hardening of a twin fraction [Pa]
    latent_modulus : k_ij between different variants [Pa]
    latent_factor : factor on K λ in the driving force; 2 follows from the printed energy [-]
    drag_stress : τ0 of the viscous power law [Pa]
    rate_exponent : m [-]
    reference_rate : λ̇0 [1/s]
    shear : γ_t, the twinning shear [-]
    flow : "threshold" or "power"
    initial_resistance : ξ0 of the power law [Pa]
    """

    name: str
    hardening_modulus: float
    latent_modulus: float
    latent_factor: float
    drag_stress: float
    rate_exponent: float
    reference_rate: float
    shear: float
    flow: str = "threshold"
    initial_resistance: float = 0.0


@dataclass(frozen=True)
class Stiffness:
    """Elastic constants of a cubic or hexagonal crystal in S = C : E [Pa], axes as in `crystal.systems`.

    A cubic crystal has c13 = c12 and c33 = c11 and any c44; the sixth constant is c44 there and (c11 - c12)/2 in a
    hexagonal crystal.
    """

    c11: float
    c12: float
    c13: float
    c33: float
    c44: float


@dataclass(frozen=True)
class CrystalMaterial:
    """One crystalline material.

    Attributes
    ----------
    name : name used in messages and provenance
    lattice : "hexagonal" (3-D, with c/a), "face_centred", "body_centred", or "square" (two orthogonal in-plane systems)
    c_over_a : axial ratio of the hexagonal lattice; 1 for others [-]
    shear_modulus : G [Pa]; with a `stiffness`, Hill's mean
    volumetric_modulus : λe of the energy λe (J-1)²; the bulk modulus is 2 λe [Pa]; with a `stiffness`, Hill's mean
    density : ρ [kg/m³]
    slip : slip families in the order of the state vector
    twin : twin family, or None
    detwinning : whether twin fractions may shrink
    drag_is_threshold : whether τ0 also acts as an initial yield stress (off in the model as specified)
    stiffness : of an anisotropic crystal; None for the isotropic energy of Liu et al. (A.3)
    interaction : h_ij of saturating hardening of system i by slip on j (n_slip, n_slip) [-], None without
    stress_measure : "mandel" (exact) or "second_piola": the stress S that some codes let drive slip
    """

    name: str
    lattice: str
    c_over_a: float
    shear_modulus: float
    volumetric_modulus: float
    density: float
    slip: tuple[SlipFamily, ...]
    twin: TwinFamily | None = None
    detwinning: bool = True
    drag_is_threshold: bool = False
    stiffness: Stiffness | None = None
    interaction: tuple[tuple[float, ...], ...] | None = None
    stress_measure: str = "mandel"


def material_of(constants: Mapping[str, Any]) -> CrystalMaterial:
    """Return a material from plain data keyed like its fields: families are mappings of theirs, in SI units."""
    whole = dict(constants)
    twin, slip, stiffness = whole.pop("twin"), whole.pop("slip"), whole.pop("stiffness", None)
    interaction = whole.pop("interaction", None)
    material = CrystalMaterial(
        **whole,
        slip=tuple(_family_of(family) for family in slip),
        twin=TwinFamily(**twin) if twin else None,
        stiffness=Stiffness(**stiffness) if stiffness else None,
        interaction=tuple(tuple(row) for row in interaction) if interaction else None,
    )
    _require_physical(material)
    return material


def require_usual_law(material: CrystalMaterial, user: str) -> None:
    """Refuse, on behalf of `user`, a material with another law than that of Liu et al. (A.3 to A.7)."""
    unusual = []
    if material.stiffness is not None:
        unusual.append("anisotropic elasticity")
    twin_flow = material.twin.flow if material.twin else "threshold"
    if {twin_flow, *(family.flow for family in material.slip)} != {"threshold"}:
        unusual.append("a power law")
    if any(family.hardening != "voce" for family in material.slip):
        unusual.append("saturating hardening")
    if any(family.systems is not None for family in material.slip):
        unusual.append("slip systems of its own")
    if unusual:
        raise InputError(
            f"material {material.name} has {', '.join(unusual)}",
            f"{user} would ignore that silently",
            "use a Taylor polycrystal, or a material with the law of magnesium.yaml",
        )


def _family_of(constants: Mapping[str, Any]) -> SlipFamily:
    """Return a slip family from plain data."""
    systems = constants.get("systems")
    pairs = tuple((tuple(direction), tuple(normal)) for direction, normal in systems) if systems else None
    return SlipFamily(**{**constants, "systems": pairs})


def _require_physical(material: CrystalMaterial) -> None:
    """Raise a `ValueError` if a constant is no number, negative, or zero where it is divided by."""
    for part in (material, *material.slip, *filter(None, (material.twin, material.stiffness))):
        for name, value in vars(part).items():
            if name in NOT_NUMBERS:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value < math.inf:
                raise ValueError(f"the constant {name} is {value!r}, not a finite number of at least 0")
            if name in ABOVE_ZERO and value == 0.0:
                raise ValueError(f"the constant {name} is zero")
    families: list[SlipFamily | TwinFamily] = [*material.slip, *([material.twin] if material.twin else [])]
    for family in families:
        scale = "drag_stress" if family.flow == "threshold" else "initial_resistance"
        if getattr(family, scale) == 0.0:
            raise ValueError(f"the constant {scale} of {family.name} is zero")
    _require_saturation(material)


def _require_saturation(material: CrystalMaterial) -> None:
    """Raise a `ValueError` if saturating hardening lacks its saturation or the interaction of the systems."""
    saturating = [family for family in material.slip if family.hardening == "saturating"]
    for family in saturating:
        if family.saturation_stress == 0.0 or family.initial_resistance == 0.0:
            raise ValueError(f"saturating hardening of {family.name} needs initial_resistance and saturation_stress")
    if bool(saturating) != (material.interaction is not None):
        raise ValueError("an interaction belongs to saturating hardening, and each needs the other")
