"""The microstructure of a unit cell, built from the config and a seed: one for all simulations of a set."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.config.unit_cells import FibreTexture, FileTexture, Spectral, Taylor
from hammerscale.microstructure.texture import fibre_texture, random_texture, read_texture
from hammerscale.microstructure.voronoi import random_angles, random_map
from hammerscale.streams import stream

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


def taylor_grains(settings: Taylor, seed: int) -> Grains:
    """Return the orientations of a Taylor polycrystal."""
    texture = settings.texture
    if isinstance(texture, FileTexture):
        return Grains(*read_texture(Path(texture.file)))
    rng = stream(seed, MICROSTRUCTURE, "texture")
    if isinstance(texture, FibreTexture):
        crystal, sample = np.array(texture.crystal_axis), np.array(texture.sample_axis)
        quaternions = fibre_texture(rng, settings.grains, crystal, sample, texture.spread_deg)
    else:
        quaternions = random_texture(rng, settings.grains)
    return Grains(quaternions, np.full(settings.grains, 1.0 / settings.grains))


def cell_grains(settings: Spectral, seed: int) -> Grains:
    """Return the grain map and the angles of a cell in the plane."""
    grain_map = random_map(stream(seed, MICROSTRUCTURE, "grain map"), settings.grains, settings.grid)
    angles = random_angles(stream(seed, MICROSTRUCTURE, "grain angles"), settings.grains)
    return Grains(grain_map=grain_map.astype(np.int64), angles=angles)
