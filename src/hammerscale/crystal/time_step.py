"""What the steps of both methods share: the stretch in time, the new state, output, moving on.

Each function reads and writes the numbers `w` of one grain (`backend.block` names them).
"""

import numpy as np

from hammerscale.crystal import elasticity
from hammerscale.crystal.constants import LawConstants
from hammerscale.crystal.geometry import CrystalGeometry
from hammerscale.crystal.scalar import Scalar, Scalars, dot
from hammerscale.crystal.state_layout import FIRST_SLIP, StateLayout
from hammerscale.crystal.twinning import bounded_fractions
from hammerscale.tensor.voigt import COLUMN, ROW


def evaluate_path(w: Scalar, node: Scalar) -> None:
    """Write the cubics of the stretch at the time of a node of the step."""
    _write_cubics(w, w.time - w.segment_start + node * w.attempt)


def evaluate_output_path(w: Scalar) -> None:
    """Write the cubics of the stretch at the next output time."""
    _write_cubics(w, w.next_output - w.segment_start)


def _write_cubics(w: Scalar, t: Scalar) -> None:
    """Write the cubics of the stretch at a time since the segment's start."""
    for k in range(6):
        c = [w.path[4 * k + j] for j in range(4)]
        w.stretch[k] = c[0] + t * (c[1] + t * (c[2] + t * c[3]))


def write_candidate(w: Scalar, new: list[Scalar], layout: StateLayout) -> None:
    """Write a new state (size,), its determinant corrected to 1 and its twin fractions put into their bounds."""
    for q in range(FIRST_SLIP, layout.size):
        if not layout.first_twin <= q < layout.evolving:
            w.stage[q] = new[q]
    _write_tilde(w, new[:FIRST_SLIP])
    _write_fractions(w, new[layout.first_twin : layout.evolving], layout)


def _write_tilde(w: Scalar, y: list[Scalar]) -> None:
    """Write G̃ (9,) after one Newton step towards det = 1, which squares the error that the integrator leaves."""
    determinant = y[0] * (y[4] * y[8] - y[5] * y[7]) - y[1] * (y[3] * y[8] - y[5] * y[6])
    determinant = determinant + y[2] * (y[3] * y[7] - y[4] * y[6])
    scale = (4.0 - determinant) * (1.0 / 3.0)
    for q in range(FIRST_SLIP):
        w.stage[q] = y[q] * scale


def _write_fractions(w: Scalar, free: list[Scalar], layout: StateLayout) -> None:
    """Write the new twin fractions (n_twin,) put back into their bounds, and how far they were off."""
    if not free:
        w.overshoot = 0.0
        return
    for b, fraction in enumerate(free):
        w.free_fraction[b] = fraction
    bounded, w.overshoot = bounded_fractions(free)
    for b, fraction in enumerate(bounded):
        w.stage[layout.first_twin + b] = fraction


def output_fraction(w: Scalar) -> Scalar:
    """Return where in the last step the next output time lies, between 0 and 1; 1 on lanes without output."""
    done = w.done
    x = 1.0 - (w.time - w.next_output) / np.where(done > 0.0, done, 1.0)
    # Round-off, and lanes that have no output now.
    x = np.where(x > 0.0, x, 0.0)
    return np.where((x < 1.0) & (done > 0.0), x, 1.0)


def write_output(
    w: Scalar, tilde: Scalars, energies: Scalars, constants: LawConstants, geometry: CrystalGeometry
) -> None:
    """Write G̃G̃ᵀ or, of an anisotropic crystal, G̃SG̃ᵀ [Pa], and the two energies, from G̃ (9,) and these (2,).

    The stored energy of an anisotropic crystal contains the elastic one: it is no function of mean values.
    """
    stored, dissipated = energies
    if geometry.anisotropic:
        stretch = [w.stretch[k] for k in range(6)]
        strain = elasticity.green_strain(elasticity.elastic_strain(stretch, tilde))
        stress = elasticity.lattice_stress(strain, constants.stiffness)
        pulled = elasticity.pulled_stress(tilde, stress)
        stored = stored + elasticity.strain_energy(strain, stress)
    else:
        pulled = [dot(tilde[3 * r : 3 * r + 3], tilde[3 * s : 3 * s + 3]) for r, s in zip(ROW, COLUMN, strict=True)]
    for k, value in enumerate(pulled):
        w.output[k] = value
    w.output[6], w.output[7] = stored, dissipated
