"""Constants of one crystalline material, in SI units."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NOT_NUMBERS = frozenset({"name", "lattice", "slip", "twin", "detwinning", "drag_is_threshold"})
ABOVE_ZERO = frozenset(
    {"c_over_a", "shear_modulus", "volumetric_modulus", "density", "drag_stress", "rate_exponent", "reference_rate"}
)


@dataclass(frozen=True)
class SlipFamily:
    """Constants shared by the slip systems of one family (Liu et al., A.4 and A.6).

    Attributes
    ----------
    name : family name that `crystal.systems` has for the lattice
    hardening_modulus : h, initial slope of the Voce threshold [Pa]
    saturation_stress : σ∞, saturated Voce threshold [Pa]
    latent_modulus : h_ij between different systems of the family [Pa]
    drag_stress : τ0 of the viscous power law [Pa]
    rate_exponent : m in stress ∝ rate^m [-]
    reference_rate : γ̇0 [1/s]
    """

    name: str
    hardening_modulus: float
    saturation_stress: float
    latent_modulus: float
    drag_stress: float
    rate_exponent: float
    reference_rate: float


@dataclass(frozen=True)
class TwinFamily:
    """Constants of the twin systems (Liu et al., A.5 and A.7).

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
    """

    name: str
    hardening_modulus: float
    latent_modulus: float
    latent_factor: float
    drag_stress: float
    rate_exponent: float
    reference_rate: float
    shear: float


@dataclass(frozen=True)
class CrystalMaterial:
    """One crystalline material.

    Attributes
    ----------
    name : name used in messages and provenance
    lattice : "hexagonal" (3-D, with c/a) or "square" (two orthogonal in-plane systems)
    c_over_a : axial ratio of the hexagonal lattice; 1 for the square one [-]
    shear_modulus : G [Pa]
    volumetric_modulus : λe of the energy λe (J-1)²; the bulk modulus is 2 λe [Pa]
    density : ρ [kg/m³]
    slip : slip families in the order of the state vector
    twin : twin family, or None
    detwinning : whether twin fractions may shrink
    drag_is_threshold : whether τ0 also acts as an initial yield stress (off in the model as specified)
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


def material_of(constants: Mapping[str, Any]) -> CrystalMaterial:
    """Return a material from plain data keyed like its fields: families are mappings of theirs, in SI units."""
    whole = dict(constants)
    twin, slip = whole.pop("twin"), whole.pop("slip")
    families = tuple(SlipFamily(**family) for family in slip)
    material = CrystalMaterial(**whole, slip=families, twin=TwinFamily(**twin) if twin else None)
    _require_physical(material)
    return material


def _require_physical(material: CrystalMaterial) -> None:
    """Raise a `ValueError` if a constant is no number, negative, or zero where it is divided by."""
    families = (*material.slip, *([material.twin] if material.twin else []))
    for part in (material, *families):
        for name, value in vars(part).items():
            if name in NOT_NUMBERS:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value < math.inf:
                raise ValueError(f"the constant {name} is {value!r}, not a finite number of at least 0")
            if name in ABOVE_ZERO and value == 0.0:
                raise ValueError(f"the constant {name} is zero")
