"""Hardening: the stresses that slip and twinning must overcome.

Slopes of the stored energies (Voce's hardening and twins; Liu et al., A.4, A.5):

W_p = ½ e·He + Σ σ∞ (e + σ∞/h exp(-h e/σ∞)),    g = ∂W_p/∂e = σ∞ (1 - exp(-h e/σ∞)) + Σ_other h_ij e
W_t = λ·Kλ + Σ ½ h λ²,                          q = ∂W_t/∂λ = 2 k Σ_other λ + h λ

Saturating resistance, ξ = ξ0 (1 + r), which stores no energy:

ξ̇_i = h |1 - ξ_i/ξ∞|^a sgn(1 - ξ_i/ξ∞) Σ h_ij |γ̇_j|
"""

import numpy as np

from hammerscale.crystal.scalar import Scalar


def slip_threshold(slip: Scalar, others: Scalar, slope: Scalar, saturation: Scalar, latent: Scalar) -> Scalar:
    """Return the threshold g [Pa] of a slip system.

    slip : accumulated slip e of the system [-]; others : its sum over the other systems of the family [-];
    slope : h/σ∞ [-]; saturation : σ∞ [Pa]; latent : h_ij [Pa]
    """
    return saturation * (1.0 - np.exp(-(slope * slip))) + latent * others


def twin_threshold(fraction: Scalar, whole: Scalar, self_modulus: Scalar) -> Scalar:
    """Return q [Pa], the slope of the twin energy with one volume fraction λ.

    whole : 2 k Λ, the coupling with all variants [Pa]; self_modulus : h - 2 k, as Λ counts the variant itself [Pa]
    """
    return whole + self_modulus * fraction


def saturating_gain(growth: Scalar, slope: Scalar, saturation: Scalar, exponent: float) -> Scalar:
    """Return ṙ_i/Σ h_ij |γ̇_j| [-] of a saturating resistance ξ = ξ0 (1 + r).

    growth : r [-]; slope : h/ξ0 [-]; saturation : ξ∞/ξ0 [-]; exponent : a
    """
    left = 1.0 - (1.0 + growth) / saturation
    size = slope * abs(left) ** exponent if exponent > 0.0 else slope + 0.0 * left
    return np.where(left > 0.0, size, -size)
