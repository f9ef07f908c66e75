"""Periodic Voronoi maps of grains on a regular grid, in any dimension."""

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError

GrainMap = npt.NDArray[np.int64]


def pixel_centres(pixels: int, dimension: int) -> FloatArray:
    """Return the centres (pixels^dimension, dimension) of the pixels, (i + 1/2)/N, last axis fastest."""
    centre = (np.arange(pixels) + 0.5) / pixels
    return np.stack(np.meshgrid(*[centre] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)


def voronoi_map(seeds: FloatArray, pixels: int) -> GrainMap:
    """Return the grain of every pixel, (pixels,)·dimension, axis 0 = x1: the nearest seed in the periodic unit box.

    Parameters
    ----------
    seeds : points of the unit box (grains, dimension), each in [0, 1)
    pixels : number of pixels along each axis, at least 2
    """
    if pixels < 2:
        raise InputError(
            f"a Voronoi map of {pixels} pixel(s) along an axis",
            "a periodic cell needs at least two to hold a boundary",
            "raise the number of pixels",
        )
    if seeds.ndim != 2 or len(seeds) == 0:
        raise InputError("a Voronoi map without grains", remedy="ask for at least one grain")
    if not (np.isfinite(seeds).all() and (seeds >= 0.0).all() and (seeds < 1.0).all()):
        raise InputError("the seeds of a Voronoi map must lie in [0, 1)")
    dimension = seeds.shape[1]
    # Imported here: textures do without this import of a tenth of a second.
    from scipy.spatial import cKDTree

    _, nearest = cKDTree(seeds, boxsize=np.ones(dimension)).query(pixel_centres(pixels, dimension))
    return nearest.astype(np.int64).reshape((pixels,) * dimension)


def random_map(rng: np.random.Generator, grains: int, pixels: int, dimension: int = 2) -> GrainMap:
    """Return a periodic Voronoi map of `grains` seeds drawn uniformly from the unit box.

    >>> random_map(np.random.default_rng(1), grains=3, pixels=4)
    array([[1, 2, 2, 1],
           [0, 2, 2, 0],
           [0, 2, 0, 0],
           [1, 2, 1, 1]])
    """
    if grains < 1:
        raise InputError(f"a Voronoi map of {grains} grains", remedy="ask for at least one grain")
    return voronoi_map(rng.random((grains, dimension)), pixels)


def random_angles(rng: np.random.Generator, grains: int) -> FloatArray:
    """Return rotations of square crystals about x3 (grains,) [rad], uniform in [0, π/2): all that differ."""
    return rng.uniform(0.0, 0.5 * np.pi, grains)


def window(grain_map: GrainMap, corner: tuple[int, ...], pixels: int) -> GrainMap:
    """Return the square part of a larger map that starts at `corner` and has `pixels` along each axis.

    The window may cross the periodic edge of the map; grains keep their numbers, so that the angles still fit.
    """
    if pixels < 2 or pixels > min(grain_map.shape):
        raise InputError(
            f"a window of {pixels} pixels from a map of shape {grain_map.shape}",
            "a window must hold at least two pixels and fit into its map",
            "choose a smaller window or a larger map",
        )
    if len(corner) != grain_map.ndim:
        raise InputError(f"the corner {corner} of a window needs {grain_map.ndim} indices")
    axes = [(start + np.arange(pixels)) % length for start, length in zip(corner, grain_map.shape, strict=True)]
    return np.ascontiguousarray(grain_map[np.ix_(*axes)])
