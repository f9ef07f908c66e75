"""The microstructure of a unit cell, which belongs to its settings and a seed."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray

# All unit cells of one seed share it: data sets that differ in the method alone have the same grains.
MICROSTRUCTURE = 0


@dataclass(frozen=True)
class Grains:
    """The microstructure of a unit cell.

    Attributes
    ----------
    quaternions : orientations (grains, 4), w first, crystal → sample; empty for a cell in the plane
    weights : volume fractions (grains,), sum 1; empty for a cell in the plane
    grain_map : grain of every pixel (N, N), axis 0 = x1; empty unless a cell in the plane
    angles : rotation of each grain's crystal axes about x3 (grains,) [rad]; empty unless a cell in the plane
    """

    quaternions: FloatArray = field(default_factory=lambda: np.empty((0, 4)))
    weights: FloatArray = field(default_factory=lambda: np.empty(0))
    grain_map: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    angles: FloatArray = field(default_factory=lambda: np.empty(0))
