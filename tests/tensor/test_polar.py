"""Polar decomposition against SciPy's singular value one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import polar

from hammerscale.tensor.polar import polar_decomposition, turn
from hammerscale.tensor.voigt import to_matrix


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 1.5))
def test_equals_the_singular_value_decomposition(seed, size):
    gradient = np.eye(3) + size * np.random.default_rng(seed).uniform(-1, 1, (20, 3, 3))
    gradient = gradient[np.linalg.det(gradient) > 0.05]
    rotation, stretch = polar_decomposition(gradient)
    for f, r, u in zip(gradient, rotation, to_matrix(stretch), strict=True):
        expected_rotation, expected_stretch = polar(f)
        np.testing.assert_allclose(r, expected_rotation, atol=1e-11)
        np.testing.assert_allclose(u, expected_stretch, atol=1e-11)


def test_an_inverted_gradient_gives_nan_and_no_harm_to_its_neighbours():
    gradient = np.stack([np.eye(3), np.diag([-1.0, 1.0, 1.0]), np.eye(3)])
    rotation, stretch = polar_decomposition(gradient)
    assert np.isnan(rotation[1]).all()
    assert np.isnan(stretch[1]).all()
    np.testing.assert_allclose(rotation[[0, 2]], np.eye(3)[None].repeat(2, 0), atol=1e-15)


@given(st.integers(0, 2**32 - 1))
def test_turning_is_the_product_of_matrices(seed):
    rng = np.random.default_rng(seed)
    rotation, tensor = polar_decomposition(rng.uniform(-0.3, 0.3, (5, 3, 3)) + np.eye(3))[0], rng.normal(size=(5, 6))
    expected = np.einsum("pij,pjk,plk->pil", rotation, to_matrix(tensor), rotation)
    np.testing.assert_allclose(turn(rotation, tensor), expected, atol=1e-14)
