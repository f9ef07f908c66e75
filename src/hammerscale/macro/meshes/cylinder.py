"""Cylinders meshed by an O-grid: a rounded core and rings around it; full, or cut by symmetry planes."""

from typing import Literal

import numpy as np

from hammerscale.arrays import FloatArray, IntArray
from hammerscale.macro.meshes.mesh import Mesh, extrude, plane_sets

Section = Literal["full", "half", "quarter"]
# Half way between a square and a circle the core's corner elements are least distorted.
CORE_ROUNDING = 0.5
CORE_CIRCLE = 1.2
CORE_SHRINKAGE = 0.9
SYMMETRY: dict[Section, str] = {"full": "", "half": "y", "quarter": "xy"}


def cylinder_mesh(length: float, radius: float, core: int, rings: int, layers: int, section: Section) -> Mesh:
    """Return a cylinder about z that stands on z = 0.

    Parameters
    ----------
    length, radius : sizes [m]
    core : elements along each side of a quarter's core
    rings : elements between core and surface
    layers : elements along the axis
    section : "quarter" is x, y >= 0 and has (core² + 2 core rings) layers elements; "half" is y >= 0
    """
    points, quads = _quarter_disc(radius, core, rings)
    if section in ("half", "full"):
        points, quads = _with_mirror_image(points, quads, axis=0)
    if section == "full":
        points, quads = _with_mirror_image(points, quads, axis=1)
    nodes, elements = extrude(points, quads, np.linspace(0.0, length, layers + 1))
    return Mesh(nodes, elements, plane_sets(nodes, SYMMETRY[section]))


def _quarter_disc(radius: float, core: int, rings: int) -> tuple[FloatArray, IntArray]:
    """Return points (p, 2) and quadrilaterals (q, 4) of the quarter disc x, y >= 0."""
    side = CORE_SHRINKAGE * radius * core / (core + rings)
    steps = np.arange(core + 1) / core
    u, v = (part.ravel() for part in np.meshgrid(steps, steps, indexing="ij"))
    inner = side * _rounded(u, v)
    edge = np.arange(2 * core + 1)
    edge_u, edge_v = np.minimum(1.0, 2.0 - edge / core), np.minimum(1.0, edge / core)
    start = side * _rounded(edge_u, edge_v)
    angle = edge * np.pi / (4 * core)
    end = radius * np.column_stack([np.cos(angle), np.sin(angle)])
    end[0, 1] = end[-1, 0] = 0.0
    fractions = np.arange(1, rings + 1) / rings
    outer = (start + fractions[:, None, None] * (end - start)).reshape(-1, 2)
    return np.concatenate([inner, outer]), _quads(core, rings)


def _rounded(u: FloatArray, v: FloatArray) -> FloatArray:
    """Map points (u, v) of the unit square to a core whose far sides bulge (n, 2)."""
    size = np.maximum(u, v)
    with np.errstate(invalid="ignore"):
        angle = np.where(u >= v, np.where(size > 0.0, v / size, 0.0), 2.0 - u / size) * np.pi / 4.0
    square = np.column_stack([u, v])
    circle = CORE_CIRCLE * size[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    circle[v == 0.0, 1] = 0.0
    circle[u == 0.0, 0] = 0.0
    return (1.0 - CORE_ROUNDING) * square + CORE_ROUNDING * circle


def _quads(core: int, rings: int) -> IntArray:
    """Return the quadrilaterals (q, 4) of core and rings, counter-clockwise."""
    side = core + 1
    corner = (np.arange(core)[:, None] * side + np.arange(core)).ravel()
    inner = np.column_stack([corner, corner + side, corner + side + 1, corner + 1])
    # The core's far edge from (1, 0) over (1, 1) to (0, 1), then one row of nodes per ring.
    edge = np.concatenate([core * side + np.arange(side), np.arange(core - 1, -1, -1) * side + core])
    rows = np.concatenate([edge[None], side**2 + np.arange(rings * len(edge)).reshape(rings, -1)])
    low, high = rows[:-1], rows[1:]
    outer = np.stack([low[:, :-1], high[:, :-1], high[:, 1:], low[:, 1:]], axis=-1)
    return np.concatenate([inner, outer.reshape(-1, 4)])


def _with_mirror_image(points: FloatArray, quads: IntArray, axis: int) -> tuple[FloatArray, IntArray]:
    """Return a plane mesh and its image across the line where coordinate `axis` is zero, sharing the nodes there."""
    shared = points[:, axis] == 0.0
    image = points[~shared].copy()
    image[:, axis] *= -1.0
    number = np.arange(len(points))
    number[~shared] = len(points) + np.arange(len(image))
    return np.concatenate([points, image]), np.concatenate([quads, number[quads][:, ::-1]])
