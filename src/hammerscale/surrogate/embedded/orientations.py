"""Orientations of hexagonal crystals to choose from: spread evenly over all that differ, or near given ones.

Quaternions are (w, x, y, z) and turn crystal axes into sample axes, as in `hammerscale.microstructure.texture`.
"""

import numpy as np
from scipy.spatial.transform import Rotation

from hammerscale.arrays import FloatArray
from hammerscale.microstructure.texture import quaternion_product

# Alexa (CVPR 2022), "Super-Fibonacci spirals": the positive root of ψ⁴ = ψ + 4, and √2.
PSI, PHI = 1.533751168755204288118041, np.sqrt(2.0)
# Rotations that leave a hexagonal crystal as it is: sixths of a turn about c, and half turns about axes across it.
SYMMETRIES = Rotation.from_matrix(
    [
        [[c, -s * d, 0.0], [s, c * d, 0.0], [0.0, 0.0, d]]
        for d in (1.0, -1.0)
        for c, s in ((np.cos(turn), np.sin(turn)) for turn in np.arange(6) * np.pi / 3.0)
    ]
)


def even_orientations(count: int) -> FloatArray:
    """Return about `count` orientations (n, 4), evenly spread over those that a hexagonal crystal can tell apart."""
    total = count * len(SYMMETRIES)
    place = np.arange(total) + 0.5
    inner, outer = np.sqrt(place / total), np.sqrt(1.0 - place / total)
    first, second = 2.0 * np.pi * place / PHI, 2.0 * np.pi * place / PSI
    everywhere = Rotation.from_quat(
        np.column_stack([inner * np.sin(first), inner * np.cos(first), outer * np.sin(second), outer * np.cos(second)])
    )
    # The one of twelve equal orientations with the smallest angle stays.
    stays = everywhere.magnitude() <= everywhere.reduce(right=SYMMETRIES).magnitude() + 1e-12
    return np.roll(everywhere[stays].as_quat(), 1, axis=1)


def neighbours(quaternions: FloatArray, angle_deg: float, rng: np.random.Generator) -> FloatArray:
    """Return one orientation (n, 4) near each of (n, 4), turned by ½ to 1 times an angle about a random axis."""
    axes = rng.normal(size=(len(quaternions), 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    angles = np.radians(angle_deg) * rng.uniform(0.5, 1.0, size=(len(quaternions), 1))
    turn = np.concatenate([np.cos(0.5 * angles), np.sin(0.5 * angles) * axes], axis=1)
    return quaternion_product(turn, quaternions)
