"""Symmetries of the Taylor polycrystal: what it must not notice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.loading.knots import piecewise_linear
from hammerscale.microstructure.texture import bunge_quaternions, quaternion_product, random_texture, rotation_matrices
from hammerscale.tensor.voigt import IDENTITY, from_matrix, to_matrix
from tests.crystal.materials import MAGNESIUM, MICROSECOND

TIMES = np.linspace(0.0, 1.0, 21)
# Different round-off in a twin race is amplified up to the tolerance of the integration.
AGREEMENT = 1e-3


def straight(end):
    return piecewise_linear(np.array([0.0, 1.0]), np.stack([IDENTITY, end]))


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=6)
def test_rotated_grains_under_rotated_stretch_give_rotated_stress(seed):
    rng = np.random.default_rng(seed)
    grains, turn, end = random_texture(rng, 8), random_texture(rng, 1), IDENTITY + 0.05 * rng.normal(size=6)
    rotation = rotation_matrices(turn)[0]
    turned = quaternion_product(np.tile(turn, (8, 1)), grains)
    stress = TaylorPolycrystal(MAGNESIUM, grains).response(straight(end), TIMES, MICROSECOND).stress
    there = straight(from_matrix(rotation @ to_matrix(end) @ rotation.T))
    found = TaylorPolycrystal(MAGNESIUM, turned).response(there, TIMES, MICROSECOND).stress
    expected = from_matrix(rotation @ to_matrix(stress) @ rotation.T)
    np.testing.assert_allclose(found, expected, atol=AGREEMENT * np.abs(expected).max())


@pytest.mark.parametrize("angles", [[60.0, 0.0, 0.0], [0.0, 180.0, 0.0]], ids=["60° about c", "180° about a1"])
def test_rotations_of_the_point_group_change_nothing(angles):
    rng = np.random.default_rng(6)
    grains, end = random_texture(rng, 8), IDENTITY + 0.05 * rng.normal(size=6)
    symmetric = quaternion_product(grains, np.tile(bunge_quaternions(np.array([angles])), (8, 1)))
    stress = TaylorPolycrystal(MAGNESIUM, grains).response(straight(end), TIMES, MICROSECOND).stress
    found = TaylorPolycrystal(MAGNESIUM, symmetric).response(straight(end), TIMES, MICROSECOND).stress
    np.testing.assert_allclose(found, stress, atol=AGREEMENT * np.abs(stress).max())


def test_sign_of_a_quaternion_means_nothing():
    grains, path = (
        random_texture(np.random.default_rng(1), 8),
        straight(IDENTITY + np.array([0.03, -0.02, 0, 0.01, 0, 0])),
    )
    stress = TaylorPolycrystal(MAGNESIUM, grains).response(path, TIMES, MICROSECOND).stress
    np.testing.assert_array_equal(
        TaylorPolycrystal(MAGNESIUM, -grains).response(path, TIMES, MICROSECOND).stress, stress
    )
