"""The implicit step of a grain: linearly implicit stages (`tableau`) whose Jacobian holds what makes the law stiff.

With the stage's own rates k' = f(t_i, y_i), the change of all rates with the resolved stresses at the step's start,
a = ∂γ̇/∂τ, and P, the Schmid tensors on the symmetric basis, a stage's rates are those of slip rates γ̇ + c:

    c = a P s̄,    s̄ = (C⁻¹/(hγ) + Pᵀ a P)⁻¹ (C⁻¹ v - Pᵀγ̇),    v = (γ_i C ė - Σ_j γ_ij s_j)/γ,    s_i = v - s̄/(hγ)

s̄ (5,) is the change of the deviatoric stress over the stage, C the stiffness of the deviator, ė the elastic strain rate
at constant plastic strain (a secant over the step), and s_i the part of stress that slip takes in stage i per time.
The matrix is symmetric and positive, 5 × 5 for any number of systems. Hardening, twin races and the turning of the
lattice are left out of it: they are not stiff, and the method's order does not need them.
"""

import numpy as np

from hammerscale.crystal import elasticity, twinning
from hammerscale.crystal.constants import LawConstants
from hammerscale.crystal.geometry import SPIN_BASIS, SYMMETRIC_BASIS, CrystalGeometry, coefficients
from hammerscale.crystal.grain_rates import inelastic_flow, mixing, tilde_rate
from hammerscale.crystal.scalar import Scalar, Scalars, dot, total
from hammerscale.crystal.small_system import factorise, solve
from hammerscale.crystal.sparse_map import linear_map, shifted_map
from hammerscale.crystal.state_layout import FIRST_SLIP, StateLayout
from hammerscale.crystal.tableau import (
    COUPLING,
    DENSE_WEIGHTS,
    GAMMA,
    IMPLICIT_ERROR,
    IMPLICIT_STATE,
    STAGE_WEIGHTS,
    TIME_WEIGHTS,
)
from hammerscale.crystal.time_step import output_fraction, write_candidate, write_output

SIZE = len(SYMMETRIC_BASIS)
UPPER = [(k, m) for k in range(SIZE) for m in range(k, SIZE)]
STAGE_PLANES = ("first_rate", "second_rate", "third_rate", "fourth_rate")


def start_stage(w: Scalar, layout: StateLayout) -> None:
    """Write the first stage: the state at the step's start."""
    for q in range(layout.evolving):
        w.stage[q] = w.state[q]


def second_implicit(w: Scalar, layout: StateLayout) -> None:
    """Write the second stage."""
    _write_stage(w, layout, 1)


def third_implicit(w: Scalar, layout: StateLayout) -> None:
    """Write the third stage."""
    _write_stage(w, layout, 2)


def fourth_implicit(w: Scalar, layout: StateLayout) -> None:
    """Write the fourth stage."""
    _write_stage(w, layout, 3)


def _write_stage(w: Scalar, layout: StateLayout, stage: int) -> None:
    """Write y + h Σ α_ij k_j."""
    h = w.attempt
    pairs = [(a, getattr(w, STAGE_PLANES[j])) for j, a in enumerate(STAGE_WEIGHTS[stage]) if a]
    for q in range(layout.evolving):
        w.stage[q] = w.state[q] + h * total([a * plane[q] for a, plane in pairs])


def linearise_flow(w: Scalar, constants: LawConstants, geometry: CrystalGeometry) -> None:
    """Write C ė and the factors of C⁻¹/(hγ) + Pᵀ a P, from the slopes at the start and the stretch at the end."""
    layout, h = geometry.state_layout, _length(w)
    stretch, tilde = [w.stretch[k] for k in range(6)], [w.state[q] for q in range(FIRST_SLIP)]
    strain = elasticity.green_strain(elasticity.elastic_strain(stretch, tilde))
    stiffness = _stiffness(constants, geometry)
    for k, value in enumerate(elasticity.deviator_coefficients(strain)):
        w.stress_rate[k] = stiffness[k] * (value - w.strain[k]) / h
    matrix = _flow_matrix(w, constants, geometry, [w.state[layout.first_twin + b] for b in range(geometry.n_twin)])
    for k in range(SIZE):
        matrix[k, k] = matrix[k, k] + 1.0 / (GAMMA * h * stiffness[k])
    for n, value in enumerate(factorise(matrix, SIZE)):
        w.factor[n] = value


def _length(w: Scalar) -> Scalar:
    """Return h; 1 on a lane without a step."""
    return np.where(w.attempt > 0.0, w.attempt, 1.0)


def _stiffness(constants: LawConstants, geometry: CrystalGeometry) -> list[Scalar]:
    """Return the stiffness of the deviator on the symmetric basis (5,) [Pa]."""
    if geometry.anisotropic:
        return elasticity.deviatoric_stiffness(constants.stiffness)
    return [2.0 * constants.shear_modulus] * SIZE


def _products(tensors: np.ndarray) -> np.ndarray:
    """Return P_k P_m of tensors (n, 3, 3) for the upper triangle (15, n)."""
    schmid = coefficients(tensors, SYMMETRIC_BASIS)
    return np.array([schmid[:, k] * schmid[:, m] for k, m in UPPER])


def _flow_matrix(
    w: Scalar, constants: LawConstants, geometry: CrystalGeometry, fractions: Scalars
) -> dict[tuple[int, int], Scalar]:
    """Return the upper triangle of Pᵀ a P, of slip in parent and twins and of growing twins."""
    slopes = [w.slope[n] for n in range(geometry.n_slip)]
    entries = dict(zip(UPPER, linear_map(_products(geometry.slip_tensors), slopes), strict=True))
    if not fractions:
        return entries
    symmetric, _ = mixing(geometry, fractions)
    whole = [[entries[min(k, m), max(k, m)] for m in range(SIZE)] for k in range(SIZE)]
    half = [twinning.mixed(symmetric, row) for row in whole]
    growth = [constants.twin_shear * w.slope[geometry.n_slip + b] for b in range(geometry.n_twin)]
    twins = linear_map(_products(geometry.twin_tensors), growth)
    columns = [[half[r][k] for r in range(SIZE)] for k in range(SIZE)]
    return {(k, m): dot(symmetric[k], columns[m]) + twin for (k, m), twin in zip(UPPER, twins, strict=True)}


def finish_first(w: Scalar, constants: LawConstants, geometry: CrystalGeometry) -> None:
    """Write the rates of the first stage."""
    _finish(w, constants, geometry, 0)


def finish_second(w: Scalar, constants: LawConstants, geometry: CrystalGeometry) -> None:
    """Write the rates of the second stage."""
    _finish(w, constants, geometry, 1)


def finish_third(w: Scalar, constants: LawConstants, geometry: CrystalGeometry) -> None:
    """Write the rates of the third stage."""
    _finish(w, constants, geometry, 2)


def finish_fourth(w: Scalar, constants: LawConstants, geometry: CrystalGeometry) -> None:
    """Write the rates of the fourth stage."""
    _finish(w, constants, geometry, 3)


def _finish(w: Scalar, constants: LawConstants, geometry: CrystalGeometry, stage: int) -> None:
    """Write the rates of a stage: its own and those of the slip rates c that the Jacobian adds."""
    change = _stress_change(w, constants, geometry, stage)
    layout, plane = geometry.state_layout, getattr(w, STAGE_PLANES[stage])
    symmetric, spin = mixing(geometry, [w.state[layout.first_twin + b] for b in range(geometry.n_twin)])
    resolved = linear_map(coefficients(geometry.slip_tensors, SYMMETRIC_BASIS), twinning.mixed(symmetric, change))
    slip = [w.slope[n] * value for n, value in enumerate(resolved)]
    growth: list[Scalar] = []
    if geometry.n_twin:
        resolved = linear_map(coefficients(geometry.twin_tensors, SYMMETRIC_BASIS), change)
        growth = [w.slope[geometry.n_slip + b] * value for b, value in enumerate(resolved)]
    flows = [
        inelastic_flow(geometry, basis, matrix, slip, growth, constants.twin_shear)
        for basis, matrix in ((SYMMETRIC_BASIS, symmetric), (SPIN_BASIS, spin))
    ]
    tilde = [w.state[q] for q in range(FIRST_SLIP)]
    for q, rate in enumerate(tilde_rate(tilde, [*flows[0], *flows[1]])):
        plane[q] = w.rate[q] + rate
    _finish_internal(w, geometry, plane, slip, growth)


def _stress_change(w: Scalar, constants: LawConstants, geometry: CrystalGeometry, stage: int) -> list[Scalar]:
    """Return s̄ (5,) [Pa], and write s_i of the stage."""
    stiffness, scaled = _stiffness(constants, geometry), GAMMA * _length(w)
    earlier = [getattr(w, f"relaxation{j}") for j in range(stage)]
    ahead = []
    for k in range(SIZE):
        value = TIME_WEIGHTS[stage] / GAMMA * w.stress_rate[k]
        for weight, relaxation in zip(COUPLING[stage], earlier, strict=True):
            value = value - weight / GAMMA * relaxation[k]
        ahead.append(value)
    excess = [ahead[k] / stiffness[k] - w.flow[k] for k in range(SIZE)]
    change = solve([w.factor[n] for n in range(len(UPPER))], excess)
    if stage < 3:
        own = getattr(w, f"relaxation{stage}")
        for k in range(SIZE):
            own[k] = ahead[k] - change[k] / scaled
    return change


def _finish_internal(w: Scalar, geometry: CrystalGeometry, plane: Scalar, slip: Scalars, growth: Scalars) -> None:
    """Write the rates of hardening, fractions and energies of a stage."""
    layout = geometry.state_layout
    sizes = [w.sense[n] * value for n, value in enumerate([*slip, *growth])]
    hardened = list(sizes)
    if layout.sums_slip:
        mixed = shifted_map(geometry.interaction, sizes[: geometry.n_slip])
        for n, form in enumerate(geometry.hardening_of_systems):
            if form == "saturating":
                hardened[n] = w.gain[n] * mixed[n]
        last = layout.evolving + 2
        plane[last] = w.rate[last] + total(sizes[: geometry.n_slip])
    for n, value in enumerate(hardened):
        plane[FIRST_SLIP + n] = w.rate[FIRST_SLIP + n] + value
    stored = dot([w.stored_stress[n] for n in range(len(sizes))], sizes)
    lost = dot([w.lost_stress[n] for n in range(len(sizes))], sizes)
    plane[layout.evolving] = w.rate[layout.evolving] + stored
    plane[layout.evolving + 1] = w.rate[layout.evolving + 1] + lost


def implicit_candidate(w: Scalar, layout: StateLayout) -> None:
    """Write the new state and the error."""
    h, new = w.attempt, []
    for q in range(layout.size):
        rates = [getattr(w, name)[q] for name in STAGE_PLANES]
        new.append(w.state[q] + h * dot(IMPLICIT_STATE, rates))
        if q < layout.evolving:
            w.estimate[q] = dot(IMPLICIT_ERROR, rates)
    write_candidate(w, new, layout)


def implicit_interpolate(w: Scalar, constants: LawConstants, geometry: CrystalGeometry) -> None:
    """Write the output at the next output time, from the stages of the last step."""
    layout, x = geometry.state_layout, output_fraction(w)
    weights = [w.done * (x * (a + x * (b + x * c))) for a, b, c in DENSE_WEIGHTS.tolist()]
    values = [
        w.state[q] + dot(weights, [getattr(w, name)[q] for name in STAGE_PLANES])
        for q in [*range(FIRST_SLIP), layout.evolving, layout.evolving + 1]
    ]
    write_output(w, values[:FIRST_SLIP], values[FIRST_SLIP:], constants, geometry)


def implicit_commit(w: Scalar, layout: StateLayout) -> None:
    """Move the state on where the attempt was accepted."""
    accepted = w.accepted > 0.0
    for q in range(layout.size):
        value = np.where(accepted, w.stage[q], w.state[q])
        w.state[q] = value
        if layout.first_twin <= q < layout.evolving:
            w.start_fraction[q - layout.first_twin] = value
