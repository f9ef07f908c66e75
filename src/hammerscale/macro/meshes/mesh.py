"""Hexahedral meshes: what a mesh is, boxes, plates graded towards the impact."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from hammerscale.arrays import FloatArray, IntArray

# A coordinate within this fraction of the mesh's size of a plane lies in the plane.
PLANE_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Mesh:
    """Eight-node hexahedra and named sets of nodes.

    Attributes
    ----------
    nodes : reference positions (n, 3) [m]
    elements : node numbers (m, 8), the four of one face in right-handed order, then the four opposite
    node_sets : node numbers by name; every mesh has "bottom" and "top" (its lowest and highest plane) and, where it was
        cut there, "symmetry_x" and "symmetry_y" (the planes x = 0 and y = 0)
    """

    nodes: FloatArray
    elements: IntArray
    node_sets: Mapping[str, IntArray]


def nodes_in_plane(nodes: FloatArray, axis: int, coordinate: float) -> IntArray:
    """Return the nodes (n, 3) whose coordinate along `axis` is `coordinate` [m]."""
    tolerance = PLANE_TOLERANCE * float(np.ptp(nodes, axis=0).max())
    return np.flatnonzero(np.abs(nodes[:, axis] - coordinate) <= tolerance)


def plane_sets(nodes: FloatArray, symmetry: str) -> dict[str, IntArray]:
    """Return the sets every mesh has; `symmetry` names the axes across which it was cut, as in "xy"."""
    height = nodes[:, 2]
    sets = {
        "bottom": nodes_in_plane(nodes, 2, float(height.min())),
        "top": nodes_in_plane(nodes, 2, float(height.max())),
    }
    return sets | {f"symmetry_{name}": nodes_in_plane(nodes, "xy".index(name), 0.0) for name in symmetry}


def extrude(points: FloatArray, quads: IntArray, heights: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return nodes and hexahedra of a plane mesh of points (p, 2) and quadrilaterals (q, 4) drawn along z.

    Parameters
    ----------
    points, quads : the plane mesh, its quadrilaterals counter-clockwise
    heights : z of every layer of nodes (h,), ascending [m]
    """
    layers = [np.column_stack([points, np.full(len(points), height)]) for height in heights]
    offsets = np.arange(len(heights) - 1)[:, None, None] * len(points)
    lower = quads[None] + offsets
    elements = np.concatenate([lower, lower + len(points)], axis=2).reshape(-1, 8)
    return np.concatenate(layers), elements


def box_mesh(x: FloatArray, y: FloatArray, z: FloatArray, symmetry: str = "") -> Mesh:
    """Return a box with element faces at the ascending coordinates x, y and z [m]."""
    grid_x, grid_y = np.meshgrid(x, y, indexing="ij")
    points = np.column_stack([grid_x.ravel(), grid_y.ravel()])
    corner = (np.arange(len(x) - 1)[:, None] * len(y) + np.arange(len(y) - 1)).ravel()
    quads = np.column_stack([corner, corner + len(y), corner + len(y) + 1, corner + 1])
    nodes, elements = extrude(points, quads, z)
    return Mesh(nodes, elements, plane_sets(nodes, symmetry))


def graded_coordinates(length: float, elements: int, first: float) -> FloatArray:
    """Return ascending coordinates (elements + 1,) from 0 to `length`; spacings grow geometrically from `first`."""
    if elements == 1 or not 0.0 < first < length / elements:
        return np.linspace(0.0, length, elements + 1)

    def surplus(ratio: float) -> float:
        return float(first * (ratio**elements - 1.0) / (ratio - 1.0) - length)

    ratio = float(brentq(surplus, 1.0 + 1e-12, (length / first) ** (1.0 / (elements - 1)), xtol=1e-14))
    coordinates: FloatArray = first * (ratio ** np.arange(elements + 1.0) - 1.0) / (ratio - 1.0)
    coordinates[-1] = length
    return coordinates


def plate_mesh(half_width: float, thickness: float, across: int, through: int, first: float) -> Mesh:
    """Return a quarter of a square plate, finest at its centre x = y = 0, with its top face at z = 0.

    Parameters
    ----------
    half_width, thickness : sizes [m]
    across, through : elements along x and y and through the thickness
    first : spacing at the centre [m]; one that exceeds the uniform spacing gives a uniform mesh

    The set "support" holds the lower edge of the rim, where a simply supported plate rests.
    """
    side = graded_coordinates(half_width, across, first)
    mesh = box_mesh(side, side, np.linspace(-thickness, 0.0, through + 1), symmetry="xy")
    rim = np.union1d(nodes_in_plane(mesh.nodes, 0, half_width), nodes_in_plane(mesh.nodes, 1, half_width))
    return Mesh(mesh.nodes, mesh.elements, {**mesh.node_sets, "support": np.intersect1d(rim, mesh.node_sets["bottom"])})
