"""Strain paths of points and of data: closed forms of the strain, of its rate and of when paths are looked at."""

from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import logm
from scipy.spatial.transform import Rotation

from hammerscale.macro.meshes.mesh import box_mesh
from hammerscale.macro.records.vtkhdf_reader import Fields
from hammerscale.study.measure.strain_paths import StrainPaths, logarithm, paths_of_data, paths_of_points, tensor_norm
from hammerscale.surrogate.socket import Histories
from hammerscale.tensor.voigt import COMPONENTS, IDENTITY, from_matrix, to_matrix

STRETCH = np.array([1.3, 0.8, 1.1, 0.1, -0.05, 0.2])


class Moved(Fields):
    """A mesh whose frame k has been moved by k times the displacements of a deformation gradient."""

    def displacement(self, frame):
        return frame * self.nodes @ (GRADIENT - np.eye(3)).T


class Lines:
    """A data set of paths that go straight from rest to k times a strain along 11."""

    times = np.linspace(0.0, 1.0, 11)

    def histories(self, rows):
        stretch = IDENTITY + 0.1 * np.array(rows)[:, None, None] * self.times[:, None] * np.eye(6)[0]
        return Histories(self.times, stretch, np.zeros_like(stretch), COMPONENTS, COMPONENTS, "stretch")


GRADIENT = Rotation.from_rotvec([0.3, -0.2, 0.5]).as_matrix() @ to_matrix(STRETCH)


def test_the_logarithm_is_that_of_the_matrix():
    np.testing.assert_allclose(to_matrix(logarithm(STRETCH[None]))[0], logm(to_matrix(STRETCH)), atol=1e-14)


def test_points_have_the_strain_of_their_elements_without_the_rotation():
    mesh = box_mesh(*(np.linspace(0.0, 1.0, n) for n in (2, 3, 2)), symmetry="xy")
    paths = paths_of_points(Moved(Path("none"), mesh.nodes, mesh.elements, np.array([0.0, 1e-6]), ()))
    np.testing.assert_allclose(paths.strain[:, 0], 0.0, atol=1e-14)
    np.testing.assert_allclose(paths.strain[:, 1], np.tile(from_matrix(logm(to_matrix(STRETCH))), (2, 1)), atol=1e-13)


def test_shear_counts_twice_in_size_and_pace():
    strain = np.zeros((1, 2, 6))
    strain[0, 1, 3] = 0.3
    paths = StrainPaths(np.array([0.0, 2.0]), strain)
    np.testing.assert_allclose(paths.size(), [[0.0, 0.3 * np.sqrt(2.0)]])
    np.testing.assert_allclose(paths.pace(), [[0.15 * np.sqrt(2.0)]])
    assert tensor_norm(IDENTITY) == pytest.approx(np.sqrt(3.0))


def test_data_are_seen_at_the_times_of_the_run_and_stay_where_they_end():
    paths = paths_of_data(Lines(), [1, 3], 2e-6, np.array([0.0, 0.1e-6, 1e-6, 2e-6, 5e-6]))
    expected = [[0.0, 0.005, 0.05, 0.1, 0.1], [0.0, 0.015, 0.15, 0.3, 0.3]]
    np.testing.assert_allclose(paths.strain[:, :, 0], np.log1p(expected), atol=1e-14)
