"""Twinning: volume fractions λ of the variants, inside λ >= 0 and Λ = Σ λ <= 1 (Liu et al., A.10 and A.13).

    λ̇ = λ̇0 sgn(y) (|y|/τ0)^n,    y = γ_t M' : S_t - q

A slip system works in the parent and, reflected by R_β, in every variant. The sum over both is one symmetric matrix,
(1 - Λ) I + Σ λ_β R_β·R_β, which acts once on the stress and once on the flow instead of on every system.
"""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.flow import flow_rate, flow_slope
from hammerscale.crystal.scalar import Scalar, Scalars, dot, total
from hammerscale.crystal.sparse_map import linear_map

# A crystal whose twins take up this much has no parent left to twin.
SATURATED = 1.0 - 1e-10


def mixing_matrix(reflections: FloatArray, fractions: Scalars) -> list[list[Scalar]]:
    """Return the rows (b, b) of (1 - Λ) I + Σ λ_β R_β, from the R_β (n, b, b) on a basis and λ (n,)."""
    size = reflections.shape[1]
    upper = [(a, b) for a in range(size) for b in range(a, size)]
    change = np.array([reflections[:, a, b] - float(a == b) for a, b in upper])
    entries = dict(zip(upper, linear_map(change, fractions), strict=True))
    for a in range(size):
        entries[a, a] = 1.0 + entries[a, a]
    return [[entries[min(a, b), max(a, b)] for b in range(size)] for a in range(size)]


def mixed(matrix: list[list[Scalar]], vector: Scalars) -> list[Scalar]:
    """Return the mixing matrix (b, b) times coefficients (b,); without rows it is the identity: nothing twins."""
    return [dot(row, vector) for row in matrix] if matrix else list(vector)


def may_grow(fractions: Scalars) -> Scalar:
    """Return 1 where the crystal has a parent left to twin, 0 at Λ = 1; there variants exchange nothing either."""
    return np.where(total(fractions) >= SATURATED, 0.0, 1.0)


def growth_rate(
    force: Scalar, present: Scalar, growing: Scalar, scale: Scalar, shrinkage: Scalar, exponent: float
) -> Scalar:
    """Return λ̇ of a driving force y [Pa], per unit of time.

    present : whether the variant has any fraction to lose; growing : from `may_grow`;
    scale : s with λ̇0 (x/τ0)^n = (s x)^n; shrinkage : 1 where twins may shrink, 0 where not
    """
    rate = flow_rate(abs(force), scale, exponent)
    return np.where(force > 0.0, rate * growing, -rate * np.where(present, shrinkage, 0.0))


def growth_slope(
    force: Scalar, present: Scalar, growing: Scalar, scale: Scalar, shrinkage: Scalar, exponent: float
) -> Scalar:
    """Return ∂λ̇/∂y of `growth_rate`, per unit of time and of y."""
    slope = flow_slope(abs(force), scale, exponent)
    return np.where(force > 0.0, slope * growing, slope * np.where(present, shrinkage, 0.0))


def bounded_fractions(free: Scalars) -> tuple[list[Scalar], Scalar]:
    """Return fractions (n,) put back into λ >= 0 and Λ <= 1, and how far they were off."""
    below: Scalar = 0.0
    bounded = []
    for fraction in free:
        below = np.where(-fraction > below, -fraction, below)
        bounded.append(np.where(fraction < 0.0, 0.0, fraction))
    whole = total(bounded)
    shrink = 1.0 / np.where(whole > 1.0, whole, 1.0)
    overshoot = np.where(whole - 1.0 > below, whole - 1.0, below)
    return [fraction * shrink for fraction in bounded], overshoot
