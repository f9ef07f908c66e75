"""Materials and maps that the tests of the two-dimensional cell share."""

import numpy as np

from hammerscale.crystal.material import CrystalMaterial, SlipFamily
from hammerscale.loading.knots import pchip
from hammerscale.microstructure.voronoi import random_angles, random_map

MEGA = 1e6


def square_material(rate_exponent=0.5, drag_stress=100 * MEGA, reference_rate=1.0):
    family = SlipFamily("cubic2d", 0.0, 0.0, 0.0, drag_stress, rate_exponent, reference_rate)
    return CrystalMaterial("square", "square", 1.0, 19e3 * MEGA, 24e3 * MEGA, 1.0e4, (family,))


def grains(pixels, count, seed=11):
    rng = np.random.default_rng(seed)
    return random_map(rng, count, pixels), random_angles(rng, count)


def curved_path(scale=1.0):
    """Return a smooth path with shear, tension and change of volume, up to `scale` times about 2 %."""
    strain = np.array([[0.0, 0, 0, 0, 0, 0], [0.01, -0.005, 0, 0.012, 0, 0], [-0.004, 0.016, 0, 0.02, 0, 0]])
    return pchip(np.array([0.0, 0.4, 1.0]), np.array([1.0, 1, 1, 0, 0, 0]) + scale * strain)


def relative_error(actual, expected):
    return np.linalg.norm(actual - expected) / np.linalg.norm(expected)
