"""Grains that all see the stretch of the whole (Taylor): what a polycrystal and a few learned grains share."""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.integrator import PathBatch
from hammerscale.tensor.voigt import from_matrix, to_matrix


def grains_at_rest(rotations: FloatArray, row_length: int, points: int) -> FloatArray:
    """Return states (points, 1 + grains, row) of undeformed grains with rotations (grains, 3, 3).

    The first row of a point belongs to its owner, see `run_batch`; it is zero.
    """
    states = np.zeros((points, 1 + len(rotations), row_length))
    states[:, 1:, :9] = rotations.reshape(-1, 9)
    return states


def straight_paths(times: FloatArray, stretch: FloatArray) -> PathBatch:
    """Return paths that are straight between samples U (n, t, 6) at times (t,), whose whole length becomes [0, 1]."""
    paths, samples, _ = stretch.shape
    unit = (times - times[0]) / (times[-1] - times[0])
    cubics = np.zeros((paths, samples, 6, 4))
    cubics[:, :-1, :, 0] = stretch[:, :-1]
    cubics[:, :-1, :, 1] = np.diff(stretch, axis=1) / np.diff(unit)[:, None]
    return PathBatch(
        starts=samples * np.arange(paths + 1),
        breakpoints=np.tile(unit, paths),
        cubics=cubics.reshape(-1, 6, 4),
        exponents=np.ones((paths, 6)),
    )


def elastic_left(stretch: FloatArray, left: FloatArray) -> FloatArray:
    """Return Fe Feᵀ = U L U (..., 6) from U (..., 6) and L = G̃G̃ᵀ (..., 6), of one grain or the mean over grains.

    Fe = U G̃ up to a rotation of the lattice. U L U is linear in L and so are stress and energy in it: those of many
    grains need the mean of L alone (Liu et al., A.3).
    """
    matrix = to_matrix(stretch)
    return from_matrix(matrix @ to_matrix(left) @ matrix)
