"""What single grains answer along strain paths that are straight between samples."""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.integrator import GrainIntegrator, PathBatch
from hammerscale.errors import InputError
from hammerscale.microstructure.texture import rotation_matrices
from hammerscale.surrogate.frame import deviator_coordinates
from hammerscale.tensor.voigt import determinant, deviator, from_matrix, to_matrix

# Paths that are integrated together: their states and cubics stay within some ten megabytes.
BLOCK = 32


def straight_pieces(times: FloatArray, stretch: FloatArray) -> PathBatch:
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


def rest(integrator: GrainIntegrator, quaternions: FloatArray, paths: int) -> FloatArray:
    """Return the states (paths, 1 + grains, row) of undeformed grains with orientations (grains, 4)."""
    states = np.zeros((paths, 1 + len(quaternions), integrator.row_length))
    states[:, 1:, :9] = rotation_matrices(quaternions).reshape(-1, 9)
    return states


def isochoric_stress(stretch: FloatArray, left: FloatArray) -> FloatArray:
    """Return the stress deviator over G, J^(-5/3) dev (U L U) (..., 6), of U (..., 6) and L, the mean of G̃G̃ᵀ (..., 6).

    Fe = U G̃ up to a rotation of the lattice, so Fe Feᵀ is linear in L, and the stress of many grains needs their mean
    alone (Liu et al., A.3). NaN where the stretch is impossible.
    """
    volume = determinant(stretch)[..., None]
    matrix = to_matrix(stretch)
    inside = from_matrix(matrix @ to_matrix(left) @ matrix)
    return np.where(volume > 0.0, volume, np.nan) ** (-5.0 / 3.0) * deviator(inside)


def grain_answers(
    integrator: GrainIntegrator,
    quaternions: FloatArray,
    times: FloatArray,
    stretch: FloatArray,
    duration_s: float,
    samples: tuple[int, ...],
) -> FloatArray:
    """Return the stress deviators over G, five coordinates, of every grain (n, s, 5, grains) at some samples.

    Parameters
    ----------
    integrator : of the material
    quaternions : orientations (grains, 4)
    times, stretch : normalised times (t,) and U (n, t, 6)
    duration_s : physical length of normalised time 1 [s]
    samples : numbers (s,) of the samples that are wanted, ascending, none the first
    """
    answers = np.empty((len(stretch), len(samples), 5, len(quaternions)))
    unused = np.zeros(len(quaternions))
    for first in range(0, len(stretch), BLOCK):
        block = stretch[first : first + BLOCK]
        states = rest(integrator, quaternions, len(block))
        for j, (start, end) in enumerate(zip((0, *samples[:-1]), samples, strict=True)):
            piece = slice(start, end + 1)
            lengths = np.full(len(block), duration_s * (times[end] - times[start]))
            path = straight_pieces(times[piece], block[:, piece])
            result = integrator.run(states, unused, path, np.ones(1), lengths, integrator.new_control())
            if result.outcomes.any():
                raise InputError(
                    f"{np.count_nonzero(result.outcomes)} of {len(block)} training paths cannot be integrated with the"
                    f" constants of {integrator.material.name}",
                    "grains would be compared with what they answered before they failed",
                    "name the material that the data were made with, or leave these paths out",
                )
            tilde = states[:, 1:, :9].reshape(len(block), -1, 3, 3)
            left = from_matrix(tilde @ tilde.swapaxes(-1, -2))
            stress = isochoric_stress(block[:, end, None], left)
            answers[first : first + BLOCK, j] = deviator_coordinates(stress).swapaxes(1, 2)
    return answers
