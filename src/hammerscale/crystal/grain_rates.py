"""The rates of one grain: elasticity, hardening, flow and twinning put together (Liu et al., A.3 to A.13)."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal import elasticity, flow, hardening, twinning
from hammerscale.crystal.constants import LawConstants, SlipConstants
from hammerscale.crystal.geometry import (
    SPIN_BASIS,
    SYMMETRIC_BASIS,
    CrystalGeometry,
    coefficients,
    reflection_matrices,
)
from hammerscale.crystal.scalar import Scalar, Scalars, dot, total
from hammerscale.crystal.sparse_map import combination, linear_map, shifted_map
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
    write_rates(w, constants, geometry, keep_slopes=False)


def evaluate_start(w: Scalar, constants: LawConstants, geometry: CrystalGeometry) -> None:
    """Write the rates and how they change with the resolved stresses."""
    write_rates(w, constants, geometry, keep_slopes=True)


def write_rates(w: Scalar, constants: LawConstants, geometry: CrystalGeometry, keep_slopes: bool) -> None:
    """Write the rates of the state `w.stage` under the stretch `w.stretch`."""
    layout = geometry.state_layout
    tilde = [w.stage[q] for q in range(FIRST_SLIP)]
    stress, spin_stress = driving_stress(w, tilde, constants, geometry, keep_slopes)
    fractions = [w.stage[layout.first_twin + b] for b in range(geometry.n_twin)]
    symmetric, spin = mixing(geometry, fractions)
    work = Work()
    turning = twinning.mixed(spin, spin_stress) if spin_stress else []
    resolved = resolve(geometry.slip_tensors, twinning.mixed(symmetric, stress), turning)
    slip = write_slip(w, constants, geometry, resolved, work, keep_slopes)
    resolved = resolve(geometry.twin_tensors, stress, spin_stress) if fractions else []
    growth = write_growth(w, constants, geometry, resolved, fractions, work, keep_slopes) if fractions else []
    stretching = inelastic_flow(geometry, SYMMETRIC_BASIS, symmetric, slip, growth, constants.twin_shear)
    spinning = inelastic_flow(geometry, SPIN_BASIS, spin, slip, growth, constants.twin_shear)
    for q, rate in enumerate(tilde_rate(tilde, [*stretching, *spinning])):
        w.rate[q] = rate
    w.rate[layout.evolving] = work.stored
    w.rate[layout.evolving + 1] = work.dissipated
    if geometry.implicit:
        for k, value in enumerate(stretching):
            w.flow[k] = value


def mixing(geometry: CrystalGeometry, fractions: Scalars) -> tuple[list[list[Scalar]], list[list[Scalar]]]:
    """Return the matrices of `twinning.mixing_matrix` on the symmetric and the spin basis; empty without twins."""
    if not fractions:
        return [], []
    symmetric, spin = (
        twinning.mixing_matrix(reflection_matrices(geometry.reflections, basis), fractions)
        for basis in (SYMMETRIC_BASIS, SPIN_BASIS)
    )
    return symmetric, spin


def driving_stress(
    w: Scalar, tilde: Scalars, constants: LawConstants, geometry: CrystalGeometry, keep_strain: bool
) -> tuple[list[Scalar], list[Scalar]]:
    """Return the Mandel stress [Pa] on the symmetric (5,) and the spin basis (3,), which is empty where it vanishes.

    keep_strain : whether to write the deviator of the elastic strain, for the implicit step
    """
    stretch = [w.stretch[k] for k in range(6)]
    if not geometry.anisotropic:
        stress = elasticity.mandel_deviator(stretch, tilde, constants.shear_modulus)
        for k, value in enumerate(stress if keep_strain else []):
            w.strain[k] = value * (0.5 / constants.shear_modulus)
        return stress, []
    elastic = elasticity.elastic_strain(stretch, tilde)
    strain = elasticity.green_strain(elastic)
    piola = elasticity.lattice_stress(strain, constants.stiffness)
    for k, value in enumerate(elasticity.deviator_coefficients(strain) if keep_strain else []):
        w.strain[k] = value
    if geometry.stress_measure == "second_piola":
        return elasticity.deviator_coefficients(piola), []
    return elasticity.mandel_parts(elastic, piola)


def resolve(tensors: FloatArray, stress: Scalars, spin_stress: Scalars) -> list[Scalar]:
    """Return M : S [Pa] of tensors (n, 3, 3) from M on the symmetric (5,) and the spin basis (3,)."""
    resolved = linear_map(coefficients(tensors, SYMMETRIC_BASIS), stress)
    if not spin_stress:
        return resolved
    turning = linear_map(coefficients(tensors, SPIN_BASIS), spin_stress)
    return [a + b for a, b in zip(resolved, turning, strict=True)]


def write_slip(
    w: Scalar, constants: LawConstants, geometry: CrystalGeometry, resolved: Scalars, work: Work, keep_slopes: bool
) -> list[Scalar]:
    """Write the rates of the slip systems' numbers and return the signed slip rates (n_slip,)."""
    rates: list[Scalar] = []
    signed: list[Scalar] = []
    gains: dict[int, Scalar] = {}
    for f, size in enumerate(geometry.family_sizes):
        c, first = constants.slip[f], len(rates)
        numbers = [w.stage[FIRST_SLIP + first + k] for k in range(size)]
        whole = total(numbers)
        for k, number in enumerate(numbers):
            index = first + k
            tau = resolved[index]
            if geometry.hardenings[f] == "saturating":
                hard, stored = c.resistance * (1.0 + number), 0.0
                gains[index] = hardening.saturating_gain(number, c.slope, c.saturation, geometry.hardening_powers[f])
            else:
                stored = hardening.slip_threshold(number, whole - number, c.slope, c.saturation, c.latent)
                hard = stored
            system = _flow_of(geometry.flows[f], tau, hard, stored, c, geometry.slip_powers[f])
            rate = flow.flow_rate(system.over, c.scale, geometry.slip_powers[f])
            if index not in gains:
                w.rate[FIRST_SLIP + index] = rate
            work.add(stored, system.lost, rate)
            rates.append(rate)
            signed.append(flow.signed(rate, tau))
            if keep_slopes:
                slope = flow.flow_slope(system.over, c.scale, geometry.slip_powers[f])
                _keep(w, index, slope * system.per_stress, np.where(tau > 0.0, 1.0, -1.0), stored, system.lost)
    _write_saturating(w, geometry, rates, gains, keep_slopes)
    return signed


@dataclass(frozen=True)
class SystemFlow:
    """What drives a system: x of its rate (s x)^n, ∂x/∂|τ|, and the stress whose work is lost [Pa]."""

    over: Scalar
    per_stress: Scalar
    lost: Scalar


def _flow_of(
    form: str, tau: Scalar, hard: Scalar, stored: Scalar, constants: SlipConstants, exponent: float
) -> SystemFlow:
    """Return what drives a system under a resolved stress; `hard` : its threshold or resistance without ξ0 [Pa]."""
    if form == "threshold":
        over = flow.overstress(tau, hard, constants.offset)
        lost = over + constants.offset
        return SystemFlow(over, 1.0, lost if stored is hard else lost + hard)
    resistance = constants.resistance + hard if stored is hard else hard
    return SystemFlow(abs(tau) / resistance, 1.0 / resistance, abs(tau) - stored)


def _keep(w: Scalar, index: int, slope: Scalar, sense: Scalar, stored: Scalar, lost: Scalar) -> None:
    """Write how a system's rate changes with its stress, and what one unit of rate stores and dissipates."""
    w.slope[index] = slope
    w.sense[index] = sense
    w.stored_stress[index] = stored
    w.lost_stress[index] = lost


def _write_saturating(
    w: Scalar, geometry: CrystalGeometry, rates: Scalars, gains: dict[int, Scalar], keep_slopes: bool
) -> None:
    """Write the rates of saturating resistances and the summed slip rate."""
    if not gains:
        return
    hardened = shifted_map(geometry.interaction, rates)
    for index, gain in gains.items():
        w.rate[FIRST_SLIP + index] = gain * hardened[index]
        if keep_slopes:
            w.gain[index] = gain
    w.rate[geometry.state_layout.evolving + 2] = total(rates)


def write_growth(
    w: Scalar,
    constants: LawConstants,
    geometry: CrystalGeometry,
    resolved: Scalars,
    fractions: Scalars,
    work: Work,
    keep_slopes: bool,
) -> list[Scalar]:
    """Write and return the rates (n_twin,) of the twin fractions under the parent's resolved stresses (n_twin,).

    A variant is pinned where its fraction is zero at the step's start and now, and its force negative. Both bounds are
    decided with the fractions at the step's start, so that rates stay smooth within a step.
    """
    start = [w.start_fraction[b] for b in range(geometry.n_twin)]
    whole, growing = constants.twin_coupling * total(fractions), twinning.may_grow(start)
    growth = []
    for b, fraction in enumerate(fractions):
        threshold = hardening.twin_threshold(fraction, whole, constants.twin_self)
        force, per_stress, lost = twin_force(geometry, constants, resolved[b], threshold)
        present = (fraction > 0.0) | (start[b] > 0.0)
        given = present, growing, constants.twin_scale, constants.shrinkage, geometry.twin_power
        rate = twinning.growth_rate(force, *given)
        w.rate[geometry.state_layout.first_twin + b] = rate
        work.add(threshold, lost, rate)
        growth.append(rate)
        if keep_slopes:
            slope = twinning.growth_slope(force, *given) * per_stress
            _keep(w, geometry.n_slip + b, slope, 1.0, threshold, lost)
    return growth


def twin_force(
    geometry: CrystalGeometry, constants: LawConstants, resolved: Scalar, threshold: Scalar
) -> tuple[Scalar, Scalar, Scalar]:
    """Return what drives a twin variant: y of its rate (s y)^n, ∂y/∂τ, and γ_t τ - q, whose work is lost [Pa]."""
    driving = constants.twin_shear * resolved - threshold
    if geometry.twin_flow == "threshold":
        return driving, constants.twin_shear, driving
    resistance = constants.twin_resistance + np.where(threshold > 0.0, threshold, 0.0)
    return resolved / resistance, 1.0 / resistance, driving


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
