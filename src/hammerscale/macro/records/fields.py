"""Fields of one moment, as they are written and drawn."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.macro.explicit.solver import ExplicitSolver
from hammerscale.tensor.voigt import deviator, from_matrix

STRAIN_MEASURES = ("deviatoric_strain", "deviatoric_strain_printed", "volumetric_strain")


@dataclass(frozen=True)
class Frame:
    """Fields at one time.

    Attributes
    ----------
    time_s : [s]
    points : fields on nodes (n, 3): displacement [m], velocity half a step before [m/s]
    cells : fields on elements: stress (m, 6) [Pa], von_mises (m,) [Pa], strain measures and the law's outputs (m,)
    """

    time_s: float
    points: dict[str, FloatArray]
    cells: dict[str, FloatArray]


def take_frame(solver: ExplicitSolver) -> Frame:
    """Return the fields of the solver's present state."""
    gradient = solver.gradient()
    stress = from_matrix(solver.material.cauchy(gradient))
    cells = {"stress": stress, "von_mises": von_mises(stress), **strain_measures(gradient)}
    cells |= {name: field.copy() for name, field in solver.material.outputs().items()}
    points = {"displacement": solver.position - solver.mesh.nodes, "velocity": solver.velocity.copy()}
    return Frame(solver.time_s, points, cells)


def von_mises(stress: FloatArray) -> FloatArray:
    """Return √(3/2) |dev σ| (m,) of stresses (m, 6)."""
    part = deviator(stress)
    return np.sqrt(1.5 * (part[:, :3] ** 2).sum(axis=1) + 3.0 * (part[:, 3:] ** 2).sum(axis=1))


def strain_measures(gradient: FloatArray) -> dict[str, FloatArray]:
    """Return the strain measures of Liu et al. (m,) of deformation gradients (m, 3, 3).

    The deviatoric strain is |FᵀF/(det F)^(2/3) - I|/2, which vanishes for a pure change of volume; the paper prints
    (det F)², which does not, and is kept as a variant. The volumetric strain is det F - 1.
    """
    volume = np.linalg.det(gradient)
    right = gradient.transpose(0, 2, 1) @ gradient
    scaled = (right / np.abs(volume)[:, None, None] ** power - np.eye(3) for power in (2.0 / 3.0, 2.0))
    isochoric, printed = (0.5 * np.linalg.norm(part, axis=(1, 2)) for part in scaled)
    return dict(zip(STRAIN_MEASURES, (isochoric, printed, volume - 1.0), strict=True))
