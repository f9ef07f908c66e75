"""The stress of single grains along strain paths that are straight between samples."""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.elasticity import deviatoric_stress
from hammerscale.crystal.integrator import GrainIntegrator
from hammerscale.crystal.taylor_mean import elastic_left, grains_at_rest, straight_paths
from hammerscale.errors import InputError
from hammerscale.microstructure.texture import rotation_matrices
from hammerscale.surrogate.features import deviator_coordinates
from hammerscale.tensor.voigt import determinant, from_matrix

# Paths that are integrated together: their states and cubics stay within some ten megabytes.
BLOCK = 32


def isochoric_stress(stretch: FloatArray, left: FloatArray) -> FloatArray:
    """Return the stress deviator over G, J^(-5/3) dev (U L U) (..., 6), of U (..., 6) and L, the mean of G̃G̃ᵀ (..., 6).

    NaN where the stretch is impossible.
    """
    volume = determinant(stretch)
    return deviatoric_stress(elastic_left(stretch, left), np.where(volume > 0.0, volume, np.nan), 1.0)


def grain_response(
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
    response = np.empty((len(stretch), len(samples), 5, len(quaternions)))
    rotations = rotation_matrices(quaternions)
    unused = np.zeros(len(quaternions))
    for first in range(0, len(stretch), BLOCK):
        block = stretch[first : first + BLOCK]
        states = grains_at_rest(rotations, integrator.row_length, len(block))
        for j, (start, end) in enumerate(zip((0, *samples[:-1]), samples, strict=True)):
            piece = slice(start, end + 1)
            lengths = np.full(len(block), duration_s * (times[end] - times[start]))
            path = straight_paths(times[piece], block[:, piece])
            result = integrator.run(states, unused, path, np.ones(1), lengths, integrator.new_control())
            if result.outcomes.any():
                raise InputError(
                    f"{np.count_nonzero(result.outcomes)} of {len(block)} training paths cannot be integrated with the"
                    f" constants of {integrator.material.name}",
                    "grains would be compared by stresses from before they failed",
                    "name the material that the data were made with, or leave these paths out",
                )
            tilde = states[:, 1:, :9].reshape(len(block), -1, 3, 3)
            left = from_matrix(tilde @ tilde.swapaxes(-1, -2))
            stress = isochoric_stress(block[:, end, None], left)
            response[first : first + BLOCK, j] = deviator_coordinates(stress).swapaxes(1, 2)
    return response
