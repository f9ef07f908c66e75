"""Material constants as the law reads them, and as the flat array that the kernels read."""

import math
from dataclasses import astuple, dataclass, fields

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
    slope : h/σ∞ of the Voce threshold [-]
    saturation : σ∞ [Pa]
    latent : h_ij between different systems [Pa]
    scale : s of the flow rate (s x)^n [1/Pa], see `flow.rate_scale`
    offset : yield offset, 0 unless the drag is a threshold [Pa]
    """

    slope: Scalar
    saturation: Scalar
    latent: Scalar
    scale: Scalar
    offset: Scalar


@dataclass(frozen=True)
class LawConstants:
    """Constants of the crystal law.

    Attributes
    ----------
    shear_modulus : G [Pa]
    twin_shear : γ_t [-]
    twin_coupling : 2 k, what all twin fractions together add to the threshold of each [Pa]
    twin_self : h - 2 k of the variant itself [Pa]
    twin_scale : s of the growth rate (s x)^n [1/Pa]
    shrinkage : 1 where twins may shrink, 0 where not
    slip : of every slip family
    """

    shear_modulus: Scalar
    twin_shear: Scalar
    twin_coupling: Scalar
    twin_self: Scalar
    twin_scale: Scalar
    shrinkage: Scalar
    slip: tuple[SlipConstants, ...]


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
    saturation = family.saturation_stress
    return SlipConstants(
        slope=family.hardening_modulus / saturation if saturation > 0.0 else 0.0,
        saturation=saturation,
        latent=family.latent_modulus,
        scale=_scale(family, duration_s),
        offset=family.drag_stress if drag_is_threshold else 0.0,
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
        shrinkage=1.0 if twin and material.detwinning else 0.0,
        slip=tuple(slip_constants(family, material.drag_is_threshold, duration_s) for family in material.slip),
    )


def _scale(family: SlipFamily | TwinFamily, duration_s: float) -> float:
    return float(
        rate_scale(family.reference_rate * duration_s, family.drag_stress, flow_exponent(family.rate_exponent))
    )


def pack_constants(material: CrystalMaterial, duration_s: float) -> FloatArray:
    """Return the kernels' constants [Pa], with rates per `duration_s` seconds."""
    *crystal, slip = astuple(law_constants(material, duration_s))
    packed = np.array([*crystal, *(value for family in slip for value in family)], dtype=np.float64)
    if not all(math.isfinite(value) for value in packed):
        raise ValueError("constants are not finite")
    return packed
