"""Lane kernels against the batch kernels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.tensor.lanes import (
    CAUCHY,
    GRADIENT,
    LAW,
    ROTATION,
    ROWS,
    STRETCH,
    VOLUME,
    WIDTH,
    polar_lanes,
    rotate_lanes,
)
from hammerscale.tensor.polar import polar_decomposition
from hammerscale.tensor.voigt import from_matrix, to_matrix


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.5), st.floats(1.0, 20.0))
def test_polar_decomposition_is_that_of_the_batch_kernel(seed, size, stretch):
    gradient = np.eye(3) + size * np.random.default_rng(seed).uniform(-1, 1, (WIDTH, 3, 3))
    gradient = np.where(np.linalg.det(gradient)[:, None, None] > 0.05, gradient, np.eye(3)) * [stretch, 1.0, 1.0]
    w = np.zeros((ROWS, WIDTH))
    w[GRADIENT : GRADIENT + 9] = gradient.reshape(-1, 9).T
    polar_lanes(w.ravel())
    rotation, expected = polar_decomposition(gradient)
    np.testing.assert_allclose(w[ROTATION : ROTATION + 9].T, rotation.reshape(-1, 9), atol=1e-11)
    np.testing.assert_allclose(w[STRETCH : STRETCH + 6].T, expected, atol=1e-11 * stretch)
    np.testing.assert_allclose(w[VOLUME], np.linalg.det(gradient), rtol=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_is_no_number_leaves_the_other_lanes_alone(bad):
    gradient = np.eye(3) + 0.3 * np.random.default_rng(1).uniform(-1, 1, (WIDTH, 3, 3))
    w = np.zeros((ROWS, WIDTH))
    w[GRADIENT : GRADIENT + 9] = gradient.reshape(-1, 9).T
    w[GRADIENT, 7] = bad
    polar_lanes(w.ravel())
    rotation = np.delete(w[ROTATION : ROTATION + 9].T.reshape(-1, 3, 3), 7, axis=0)
    np.testing.assert_allclose(
        rotation @ rotation.transpose(0, 2, 1), np.tile(np.eye(3), (WIDTH - 1, 1, 1)), atol=1e-12
    )


@given(st.integers(0, 2**32 - 1))
def test_rotation_of_a_symmetric_tensor(seed):
    rng = np.random.default_rng(seed)
    w = rng.uniform(-1, 1, (ROWS, WIDTH))
    rotation, tensor = w[ROTATION : ROTATION + 9].T.reshape(-1, 3, 3), to_matrix(w[LAW : LAW + 6].T)
    expected = from_matrix(rotation @ tensor @ rotation.transpose(0, 2, 1))
    rotate_lanes(w.ravel())
    np.testing.assert_allclose(w[CAUCHY : CAUCHY + 6].T, expected, atol=1e-13)
