"""The axial section of an impacted body, whose faces figures colour and errors are summed over."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import IntArray
from hammerscale.errors import InputError
from hammerscale.macro.records.vtkhdf_reader import Fields

# The faces of a hexahedron as their corners, in the order of `Mesh.elements`.
FACES = np.array([[0, 1, 2, 3], [4, 5, 6, 7], [0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7]])


@dataclass(frozen=True)
class AxialSection:
    """The plane y = 0 through a mesh.

    Attributes
    ----------
    corners : nodes of its quadrilaterals (q, 4)
    elements : the elements that these belong to (q,)
    mirrored : whether the mesh has no x < 0, so that the section is drawn twice
    """

    corners: IntArray
    elements: IntArray
    mirrored: bool


def axial_section(fields: Fields) -> AxialSection:
    """Return the section of a mesh with faces in the plane y = 0, as all meshes about the z axis have."""
    tolerance = 1e-9 * float(np.ptp(fields.nodes, axis=0).max())
    faces = fields.elements[:, FACES]
    inside = (np.abs(fields.nodes[faces][..., 1]) <= tolerance).all(axis=2)
    if not inside.any():
        raise InputError(f"no element of {fields.file} has a face in the plane y = 0", "the section runs along faces")
    elements, sides = np.nonzero(inside)
    return AxialSection(faces[elements, sides], elements, bool(fields.nodes[:, 0].min() >= -tolerance))
