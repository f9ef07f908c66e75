"""Slip and twin systems of a lattice, computed from Miller-Bravais indices and the axial ratio c/a.

Crystal frame of the hexagonal lattice: e1 along a1 = [2-1-10], e3 along c. A direction [uvtw] is
u a1 + v a2 + t a3 + w c, the normal of a plane (hkil) is (h, (h + 2k)/√3, l/(c/a)).
"""

import math
from dataclasses import dataclass

import numpy as np

from hammerscale.errors import InputError
from hammerscale.tensor.voigt import FloatArray

Indices = tuple[int, int, int, int]

_A1, _A2, _A3 = (2, -1, -1, 0), (-1, 2, -1, 0), (-1, -1, 2, 0)
HEXAGONAL: dict[str, tuple[tuple[Indices, Indices], ...]] = {
    "basal": (((0, 0, 0, 1), _A1), ((0, 0, 0, 1), _A2), ((0, 0, 0, 1), _A3)),
    "prismatic": (((0, 1, -1, 0), _A1), ((1, 0, -1, 0), _A2), ((-1, 1, 0, 0), _A3)),
    "pyramidal": (
        ((1, 1, -2, 2), (-1, -1, 2, 3)),
        ((-1, 2, -1, 2), (1, -2, 1, 3)),
        ((-2, 1, 1, 2), (2, -1, -1, 3)),
        ((-1, -1, 2, 2), (1, 1, -2, 3)),
        ((1, -2, 1, 2), (-1, 2, -1, 3)),
        ((2, -1, -1, 2), (-2, 1, 1, 3)),
    ),
    "tensile_twin": (
        ((1, 0, -1, 2), (-1, 0, 1, 1)),
        ((0, 1, -1, 2), (0, -1, 1, 1)),
        ((-1, 1, 0, 2), (1, -1, 0, 1)),
        ((-1, 0, 1, 2), (1, 0, -1, 1)),
        ((0, -1, 1, 2), (0, 1, -1, 1)),
        ((1, -1, 0, 2), (-1, 1, 0, 1)),
    ),
}
# The second pair is the first one turned by 90° about x3.
SQUARE: dict[str, tuple[tuple[tuple[int, int, int], tuple[int, int, int]], ...]] = {
    "cubic2d": (((0, 1, 0), (1, 0, 0)), ((-1, 0, 0), (0, 1, 0))),
}


@dataclass(frozen=True)
class SystemSet:
    """Systems of one family in crystal axes.

    Attributes
    ----------
    directions : unit slip or twinning directions s (n, 3)
    normals : unit plane normals m (n, 3), each orthogonal to its s
    """

    directions: FloatArray
    normals: FloatArray

    @property
    def schmid(self) -> FloatArray:
        """Return the Schmid tensors s⊗m (n, 3, 3)."""
        return self.directions[:, :, None] * self.normals[:, None, :]


def family_systems(lattice: str, family: str, c_over_a: float = 1.0) -> SystemSet:
    """Return the systems of `family` on `lattice` ("hexagonal" or "square"); `c_over_a` matters for the hexagonal
    one.
    """
    known = {"hexagonal": tuple(HEXAGONAL), "square": tuple(SQUARE)}
    if lattice not in known:
        raise InputError(f"unknown lattice '{lattice}'", remedy=f"choose one of {', '.join(known)}")
    if family not in known[lattice]:
        raise InputError(
            f"the {lattice} lattice has no family '{family}'", remedy=f"choose one of {', '.join(known[lattice])}"
        )
    if lattice == "square":
        return SystemSet(*(np.array([pair[i] for pair in SQUARE[family]], dtype=np.float64) for i in (1, 0)))
    if not (math.isfinite(c_over_a) and c_over_a > 0.0):
        raise InputError(f"the axial ratio c/a of a hexagonal lattice must be a positive number, got {c_over_a}")
    directions = np.array([_hexagonal_direction(direction, c_over_a) for _, direction in HEXAGONAL[family]])
    normals = np.array([_hexagonal_normal(plane, c_over_a) for plane, _ in HEXAGONAL[family]])
    return SystemSet(directions, normals)


def twin_reflection(normals: FloatArray) -> FloatArray:
    """Return the reflections I - 2 m⊗m (n, 3, 3) in planes of unit normals (n, 3)."""
    return np.eye(3) - 2.0 * normals[:, :, None] * normals[:, None, :]


def _hexagonal_direction(indices: Indices, c_over_a: float) -> FloatArray:
    half, height = 0.5, 0.5 * math.sqrt(3.0)
    axes = np.array([[1.0, 0.0, 0.0], [-half, height, 0.0], [-half, -height, 0.0], [0.0, 0.0, c_over_a]])
    direction = np.array(indices, dtype=np.float64) @ axes
    return direction / np.linalg.norm(direction)


def _hexagonal_normal(indices: Indices, c_over_a: float) -> FloatArray:
    h, k, _, l_index = indices
    normal = np.array([h, (h + 2 * k) / math.sqrt(3.0), l_index / c_over_a])
    return normal / np.linalg.norm(normal)
