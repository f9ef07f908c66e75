"""The rates of one grain: elasticity, hardening, flow and twinning put together (Liu et al., A.3 to A.13)."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal import elasticity, flow, hardening, twinning
from hammerscale.crystal.constants import LawConstants
from hammerscale.crystal.geometry import (
    SPIN_BASIS,
    SYMMETRIC_BASIS,
    CrystalGeometry,
    coefficients,
    reflection_matrices,
)
from hammerscale.crystal.scalar import Scalar, Scalars, dot, total
from hammerscale.crystal.sparse_map import combination, linear_map
from hammerscale.crystal.state_layout import FIRST_SLIP


@dataclass
class Work:
    """What inelastic flow stores and dissipates, per volume and unit of time [Pa]."""

    stored: Scalar = 0.0
    dissipated: Scalar = 0.0

    def add(self, stored: Scalar, dissipated: Scalar, rate: Scalar) -> None:
        """Add the work of a rate against the stress that stores it and the stress that dissipates it."""
        self.stored = self.stored + stored * rate
        self.dissipated = self.dissipated + dissipated * rate


def evaluate(w: Scalar, constants: LawConstants, geometry: CrystalGeometry) -> None:
    """Write the rates of the state `w.stage` under the stretch `w.stretch`."""
    layout = geometry.state_layout
    tilde = [w.stage[q] for q in range(FIRST_SLIP)]
    stretch = [w.stretch[k] for k in range(6)]
    stress = elasticity.mandel_deviator(stretch, tilde, constants.shear_modulus)
    fractions = [w.stage[layout.first_twin + b] for b in range(geometry.n_twin)]
    symmetric, spin = (
        twinning.mixing_matrix(reflection_matrices(geometry.reflections, basis), fractions) if fractions else []
        for basis in (SYMMETRIC_BASIS, SPIN_BASIS)
    )
    work = Work()
    slip = write_slip(w, constants, geometry, twinning.mixed(symmetric, stress), work)
    growth = write_growth(w, constants, geometry, stress, fractions, work) if fractions else []
    stretching = inelastic_flow(geometry, SYMMETRIC_BASIS, symmetric, slip, growth, constants.twin_shear)
    spinning = inelastic_flow(geometry, SPIN_BASIS, spin, slip, growth, constants.twin_shear)
    for q, rate in enumerate(tilde_rate(tilde, [*stretching, *spinning])):
        w.rate[q] = rate
    w.rate[layout.evolving] = work.stored
    w.rate[layout.evolving + 1] = work.dissipated


def write_slip(
    w: Scalar, constants: LawConstants, geometry: CrystalGeometry, stress: Scalars, work: Work
) -> list[Scalar]:
    """Write the rates of accumulated slip and return the signed slip rates (n_slip,) under the mixed stress (5,)."""
    resolved = linear_map(coefficients(geometry.slip_tensors, SYMMETRIC_BASIS), stress)
    signed: list[Scalar] = []
    for f, size in enumerate(geometry.family_sizes):
        c, first = constants.slip[f], len(signed)
        slips = [w.stage[FIRST_SLIP + first + k] for k in range(size)]
        whole = total(slips)
        for k, slip in enumerate(slips):
            tau = resolved[first + k]
            threshold = hardening.slip_threshold(slip, whole - slip, c.slope, c.saturation, c.latent)
            over = flow.overstress(tau, threshold, c.offset)
            rate = flow.flow_rate(over, c.scale, geometry.slip_powers[f])
            w.rate[FIRST_SLIP + first + k] = rate
            work.add(threshold, over + c.offset, rate)
            signed.append(flow.signed(rate, tau))
    return signed


def write_growth(
    w: Scalar, constants: LawConstants, geometry: CrystalGeometry, stress: Scalars, fractions: Scalars, work: Work
) -> list[Scalar]:
    """Write and return the rates (n_twin,) of the twin fractions under the parent's stress (5,).

    A variant is pinned where its fraction is zero at the step's start and now, and its force negative. Both bounds are
    decided with the fractions at the step's start, so that rates stay smooth within a step.
    """
    resolved = linear_map(coefficients(geometry.twin_tensors, SYMMETRIC_BASIS), stress)
    start = [w.start_fraction[b] for b in range(geometry.n_twin)]
    whole, growing = constants.twin_coupling * total(fractions), twinning.may_grow(start)
    growth = []
    for b, fraction in enumerate(fractions):
        threshold = hardening.twin_threshold(fraction, whole, constants.twin_self)
        force = constants.twin_shear * resolved[b] - threshold
        present = (fraction > 0.0) | (start[b] > 0.0)
        rate = twinning.growth_rate(
            force, present, growing, constants.twin_scale, constants.shrinkage, geometry.twin_power
        )
        w.rate[geometry.state_layout.first_twin + b] = rate
        work.add(threshold, force, rate)
        growth.append(rate)
    return growth


def inelastic_flow(
    geometry: CrystalGeometry,
    basis: FloatArray,
    mixing: list[list[Scalar]],
    slip: Scalars,
    growth: Scalars,
    twin_shear: Scalar,
) -> list[Scalar]:
    """Return L = Σ γ̇ S + γ_t Σ λ̇ S_t in crystal axes as coefficients on a basis (b, 3, 3)."""
    parent = linear_map(coefficients(geometry.slip_tensors, basis).T, slip)
    if not growth:
        return parent
    twins = linear_map(coefficients(geometry.twin_tensors, basis).T, growth)
    return [a + twin_shear * b for a, b in zip(twinning.mixed(mixing, parent), twins, strict=True)]


def tilde_rate(tilde: Scalars, velocity: Scalars) -> list[Scalar]:
    """Return dG̃/dt = -G̃ L (9,), row by row, from G̃ (9,) and L on both bases (8,)."""
    tensors = np.concatenate([SYMMETRIC_BASIS, SPIN_BASIS])
    gradient = [combination(tensors[:, r, s], velocity) for r in range(3) for s in range(3)]
    return [-dot(tilde[3 * r : 3 * r + 3], gradient[s::3]) for r in range(3) for s in range(3)]
