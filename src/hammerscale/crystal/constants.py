"""Material constants as the flat array that the kernels read."""

import math

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.geometry import flow_exponent
from hammerscale.crystal.material import CrystalMaterial

SHEAR_MODULUS, TWIN_SHEAR, TWIN_COUPLING, TWIN_SELF, TWIN_SCALE, SHRINKAGE = range(6)
# Per slip family: h/σ∞, σ∞, latent modulus, scale of the overstress, yield offset.
FAMILY_START, FAMILY_LENGTH = 6, 5


def rate_scale(reference_rate: float, drag_stress: float, rate_exponent: float, duration_s: float) -> float:
    """Return s with γ̇0 T (x/τ0)^n = (s x)^n [1/Pa], where n = 1/m and T is the length of the time unit [s]."""
    return float((reference_rate * duration_s) ** (1.0 / flow_exponent(rate_exponent)) / drag_stress)


def pack_constants(material: CrystalMaterial, duration_s: float) -> FloatArray:
    """Return the kernels' constants [Pa], with rates per `duration_s` seconds."""
    packed = np.zeros(FAMILY_START + FAMILY_LENGTH * len(material.slip))
    packed[SHEAR_MODULUS] = material.shear_modulus
    twin = material.twin
    if twin is not None:
        coupling = twin.latent_factor * twin.latent_modulus
        packed[TWIN_SHEAR] = twin.shear
        packed[TWIN_COUPLING] = coupling
        # q_β = coupling Σ_(i≠β) λ_i + h λ_β, written with the sum over all variants
        packed[TWIN_SELF] = twin.hardening_modulus - coupling
        packed[TWIN_SCALE] = rate_scale(twin.reference_rate, twin.drag_stress, twin.rate_exponent, duration_s)
        packed[SHRINKAGE] = 1.0 if material.detwinning else 0.0
    for i, family in enumerate(material.slip):
        start = FAMILY_START + FAMILY_LENGTH * i
        saturation = family.saturation_stress
        packed[start : start + FAMILY_LENGTH] = (
            family.hardening_modulus / saturation if saturation > 0.0 else 0.0,
            saturation,
            family.latent_modulus,
            rate_scale(family.reference_rate, family.drag_stress, family.rate_exponent, duration_s),
            family.drag_stress if material.drag_is_threshold else 0.0,
        )
    if not all(math.isfinite(value) for value in packed):
        raise ValueError("constants are not finite")
    return packed
