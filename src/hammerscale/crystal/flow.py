"""Flow: resolved shear stresses, slip rates and the velocity gradient of slip.

    τ = M : S,    L = Σ γ̇ S,    n = 1/m

    with a threshold g (Liu et al., A.10 and A.12):    γ̇ = γ̇0 sgn(τ) (<|τ| - g>/τ0)^n
    power law with a resistance ξ:                     γ̇ = γ̇0 sgn(τ) (|τ|/ξ)^n

The constants γ̇0 and τ0 enter as one scale s, with γ̇0 (x/τ0)^n = (s x)^n; for the power law s has no unit and x = |τ|/ξ.
"""

import numpy as np

from hammerscale.crystal.scalar import Scalar


def overstress(stress: Scalar, threshold: Scalar, offset: Scalar) -> Scalar:
    """Return <|τ| - g - τ_y> [Pa]: what a resolved stress exceeds threshold and yield offset by; NaN stays NaN."""
    over = abs(stress) - threshold - offset
    return np.where(over <= 0.0, 0.0, over)


def rate_scale(reference_rate: Scalar, drag_stress: Scalar, exponent: Scalar) -> Scalar:
    """Return s [1/Pa] of γ̇0, per unit of time, τ0 [Pa] and n."""
    return reference_rate ** (1.0 / exponent) / drag_stress


def flow_rate(over: Scalar, scale: Scalar, exponent: Scalar) -> Scalar:
    """Return |γ̇| = (s x)^n of an overstress x [Pa], per unit of time."""
    return (scale * over) ** exponent


def flow_slope(over: Scalar, scale: Scalar, exponent: Scalar) -> Scalar:
    """Return ∂(s x)^n/∂x, per unit of time and of x."""
    if exponent == 1.0:
        return scale + 0.0 * over
    return exponent * scale * (scale * over) ** (exponent - 1.0)


def fluidity(over: Scalar, reference_rate: Scalar, drag_stress: Scalar, exponent: Scalar) -> Scalar:
    """Return |γ̇|/x = γ̇0/τ0 (x/τ0)^(n-1) of an overstress x [Pa], per unit of time and Pa; n times it is ∂|γ̇|/∂x.

    The common exponent has a form of its own, because a power does not vectorise.
    """
    if exponent == 2.0:
        return reference_rate / (drag_stress * drag_stress) * over
    return reference_rate / drag_stress * (over / drag_stress) ** (exponent - 1.0)


def signed(rate: Scalar, stress: Scalar) -> Scalar:
    """Return a rate with the sign of the stress that drives it."""
    return np.where(stress > 0.0, rate, -rate)
