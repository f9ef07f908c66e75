"""Histories as tensors: random rotations of deviatoric coordinates, of all space or about an axis."""

import numpy as np
import pytest
import torch

from hammerscale.surrogate.features import deviator_coordinates
from hammerscale.surrogate.training.tensors import random_rotations
from hammerscale.tensor.voigt import from_matrix, to_matrix

AXIS = (0.6, 0.0, 0.8)


def drawn(axis, count=2000):
    return random_rotations(count, torch.Generator().manual_seed(0), torch.zeros(1, dtype=torch.float64), axis).numpy()


@pytest.mark.parametrize("axis", [None, AXIS])
def test_they_are_rotations_of_the_five_coordinates(axis):
    turns = drawn(axis, 50)
    np.testing.assert_allclose(turns @ turns.swapaxes(1, 2), np.broadcast_to(np.eye(5), turns.shape), atol=1e-12)


def test_those_about_an_axis_leave_what_is_symmetric_about_it():
    along = deviator_coordinates(from_matrix(np.outer(AXIS, AXIS)))
    np.testing.assert_allclose(drawn(AXIS) @ along, np.broadcast_to(along, (2000, 5)), atol=1e-12)


def test_those_about_an_axis_cover_the_whole_circle():
    across = np.array([0.8, 0.0, -0.6])
    turned = drawn(AXIS) @ deviator_coordinates(from_matrix(np.outer(across, across)))
    symmetric = deviator_coordinates(from_matrix(0.5 * (np.eye(3) - np.outer(AXIS, AXIS))))
    np.testing.assert_allclose(turned.mean(axis=0), symmetric, atol=0.05)


def test_all_rotations_leave_nothing():
    strain = deviator_coordinates(from_matrix(to_matrix(np.array([1.0, -0.5, -0.5, 0.3, 0.0, 0.1]))))
    np.testing.assert_allclose((drawn(None) @ strain).mean(axis=0), 0.0, atol=0.1)
