"""The reference geometry of hexahedra: volumes, mean shape gradients and hourglass patterns.

Flanagan and Belytschko (Int. J. Num. Meth. Eng. 17, 1981) integrate the shape gradients over the element, so that a
uniform stress gives the exact nodal forces on a mesh of any shape: the patch test holds to round-off.
"""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.macro.meshes.mesh import Mesh

CORNERS = np.array(
    [[-1, -1, -1], [1, -1, -1], [1, 1, -1], [-1, 1, -1], [-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]],
    dtype=np.float64,
)
# Products of the corners' coordinates: ηζ, ζξ, ξη and ξηζ, orthogonal to all uniform strains of a cube.
HOURGLASS = np.stack(
    [
        CORNERS[:, 1] * CORNERS[:, 2],
        CORNERS[:, 2] * CORNERS[:, 0],
        CORNERS[:, 0] * CORNERS[:, 1],
        CORNERS.prod(axis=1),
    ]
)
# Two Gauss points per direction integrate these cubic polynomials exactly.
GAUSS_POINTS = CORNERS / np.sqrt(3.0)


@dataclass(frozen=True)
class ReferenceElements:
    """Constants of m elements in the reference configuration.

    Attributes
    ----------
    volume : (m,) [m³]
    gradient : volume means of the shape gradients (m, 8, 3) [1/m]; F = Σ x ⊗ gradient
    pattern : Σ_nodes HOURGLASS X (m, 4, 3) [m]: zero for a cube, where the patterns are orthogonal to the shape
    """

    volume: FloatArray
    gradient: FloatArray
    pattern: FloatArray


def reference_elements(mesh: Mesh) -> ReferenceElements:
    """Return the constants of all elements; one with a Jacobian that is not positive is an `InputError`."""
    corners = mesh.nodes[mesh.elements]
    volume = np.zeros(len(corners))
    gradient = np.zeros_like(corners)
    for point in GAUSS_POINTS:
        shape = _shape_gradients(point)
        jacobian = np.einsum("mai,aj->mij", corners, shape)
        determinant = np.linalg.det(jacobian)
        _require_positive(determinant)
        volume += determinant
        gradient += determinant[:, None, None] * (shape @ np.linalg.inv(jacobian))
    return ReferenceElements(volume, gradient / volume[:, None, None], np.einsum("ka,mai->mki", HOURGLASS, corners))


def _shape_gradients(point: FloatArray) -> FloatArray:
    """Return the derivatives (8, 3) of the trilinear shape functions at a point (3,) of the unit cube."""
    factor = 1.0 + CORNERS * point
    return CORNERS / 8.0 * np.stack([factor[:, (i + 1) % 3] * factor[:, (i + 2) % 3] for i in range(3)], axis=1)


def _require_positive(determinant: FloatArray) -> None:
    if not (determinant > 0.0).all():
        worst = int(np.argmin(determinant))
        raise InputError(
            f"element {worst} of the mesh is inverted or flat (Jacobian {determinant[worst]:.3g})",
            "an explicit simulation needs elements of positive volume",
            "check the sizes and the numbers of elements of the deck",
        )
