"""Material constants as the law reads them, and as the flat array that the kernels read."""

import math
from dataclasses import asdict, astuple, dataclass, fields

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.flow import rate_scale
from hammerscale.crystal.geometry import flow_exponent
from hammerscale.crystal.material import CrystalMaterial, SlipFamily, TwinFamily
from hammerscale.crystal.scalar import Scalar, Scalars


@dataclass(frozen=True)
class SlipConstants:
    """Constants of one slip family.

    Attributes
    ----------
    slope : h/σ∞ of the Voce threshold [-], or h/ξ0 of a saturating resistance
    saturation : σ∞ [Pa], or ξ∞/ξ0 of a saturating resistance [-]
    latent : h_ij between different systems [Pa]
    scale : s of the flow rate (s x)^n, see `flow.rate_scale` [1/Pa], of the power law [-]
    offset : yield offset, 0 unless the drag is a threshold [Pa]
    resistance : ξ0 [Pa]
    """

    slope: Scalar
    saturation: Scalar
    latent: Scalar
    scale: Scalar
    offset: Scalar
    resistance: Scalar


@dataclass(frozen=True)
class LawConstants:
    """Constants of the crystal law.

    Attributes
    ----------
    shear_modulus : G [Pa]
    twin_shear : γ_t [-]
    twin_coupling : 2 k, what all twin fractions together add to the threshold of each [Pa]
    twin_self : h - 2 k of the variant itself [Pa]
    twin_scale : s of the growth rate (s x)^n [1/Pa], of the power law [-]
    twin_resistance : ξ0 of the power law [Pa]
    shrinkage : 1 where twins may shrink, 0 where not
    c11, c12, c13, c33, c44, c66 : elastic constants of an anisotropic crystal, 0 for others [Pa]
    slip : of every slip family
    """

    shear_modulus: Scalar
    twin_shear: Scalar
    twin_coupling: Scalar
    twin_self: Scalar
    twin_scale: Scalar
    twin_resistance: Scalar
    shrinkage: Scalar
    c11: Scalar
    c12: Scalar
    c13: Scalar
    c33: Scalar
    c44: Scalar
    c66: Scalar
    slip: tuple[SlipConstants, ...]

    @property
    def stiffness(self) -> list[Scalar]:
        """Elastic constants (6,) of an anisotropic crystal [Pa]."""
        return [self.c11, self.c12, self.c13, self.c33, self.c44, self.c66]


CRYSTAL_NAMES = tuple(field.name for field in fields(LawConstants) if field.name != "slip")
FAMILY_NAMES = tuple(field.name for field in fields(SlipConstants))


def constant_names(families: int) -> list[str]:
    """Return the names of the entries of the kernels' array for a number of slip families."""
    return [*CRYSTAL_NAMES, *(f"{name}{f}" for f in range(families) for name in FAMILY_NAMES)]


def named_constants(values: Scalars) -> LawConstants:
    """Return the constants whose entries of the kernels' array are `values`."""
    first, size = len(CRYSTAL_NAMES), len(FAMILY_NAMES)
    slip = tuple(SlipConstants(*values[start : start + size]) for start in range(first, len(values), size))
    return LawConstants(*[*values[:first], slip])


def slip_constants(family: SlipFamily, drag_is_threshold: bool, duration_s: float) -> SlipConstants:
    """Return the constants of a slip family, with rates per `duration_s` seconds."""
    saturation, unit = family.saturation_stress, 1.0
    slope = family.hardening_modulus / saturation if saturation > 0.0 else 0.0
    if family.hardening == "saturating":
        unit = family.initial_resistance
        slope = family.hardening_modulus / unit
    return SlipConstants(
        slope=slope,
        saturation=saturation / unit,
        latent=family.latent_modulus,
        scale=_scale(family, duration_s),
        offset=family.drag_stress if drag_is_threshold else 0.0,
        resistance=family.initial_resistance,
    )


def law_constants(material: CrystalMaterial, duration_s: float) -> LawConstants:
    """Return the constants of a material, with rates per `duration_s` seconds."""
    twin = material.twin
    coupling = twin.latent_factor * twin.latent_modulus if twin else 0.0
    return LawConstants(
        shear_modulus=material.shear_modulus,
        twin_shear=twin.shear if twin else 0.0,
        twin_coupling=coupling,
        # q_β = coupling Σ_(i≠β) λ_i + h λ_β, written with the sum over all variants
        twin_self=twin.hardening_modulus - coupling if twin else 0.0,
        twin_scale=_scale(twin, duration_s) if twin else 0.0,
        twin_resistance=twin.initial_resistance if twin else 0.0,
        shrinkage=1.0 if twin and material.detwinning else 0.0,
        **_stiffness(material),
        slip=tuple(slip_constants(family, material.drag_is_threshold, duration_s) for family in material.slip),
    )


def _stiffness(material: CrystalMaterial) -> dict[str, float]:
    """Return the elastic constants by name [Pa], the sixth with the five."""
    if material.stiffness is None:
        return dict.fromkeys(("c11", "c12", "c13", "c33", "c44", "c66"), 0.0)
    five = asdict(material.stiffness)
    hexagonal = material.lattice == "hexagonal"
    return {**five, "c66": 0.5 * (five["c11"] - five["c12"]) if hexagonal else five["c44"]}


def _scale(family: SlipFamily | TwinFamily, duration_s: float) -> float:
    unit = family.drag_stress if family.flow == "threshold" else 1.0
    return float(rate_scale(family.reference_rate * duration_s, unit, flow_exponent(family.rate_exponent)))


def pack_constants(material: CrystalMaterial, duration_s: float) -> FloatArray:
    """Return the kernels' constants [Pa], with rates per `duration_s` seconds."""
    *crystal, slip = astuple(law_constants(material, duration_s))
    packed = np.array([*crystal, *(value for family in slip for value in family)], dtype=np.float64)
    if not all(math.isfinite(value) for value in packed):
        raise ValueError("constants are not finite")
    return packed
