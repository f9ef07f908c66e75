"""Boxes and graded plates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.macro.meshes.mesh import box_mesh, graded_coordinates, plate_mesh
from hammerscale.macro.meshes.reference_element import reference_elements


def test_the_elements_of_a_box_fill_it():
    mesh = box_mesh(np.array([0.0, 1.0, 4.0]), np.array([0.0, 2.0]), np.array([-1.0, 0.0, 1.0]))
    np.testing.assert_allclose(np.sort(reference_elements(mesh).volume), [2.0, 2.0, 6.0, 6.0], rtol=1e-14)


@given(st.integers(2, 40), st.floats(0.1, 0.9))
def test_graded_spacing_starts_as_asked_and_grows_by_one_ratio(elements, fraction):
    first = fraction * 10.0 / elements
    spacing = np.diff(graded_coordinates(10.0, elements, first))
    assert spacing.sum() == pytest.approx(10.0)
    assert spacing[0] == pytest.approx(first, rel=1e-9)
    np.testing.assert_allclose(spacing[1:] / spacing[:-1], spacing[1] / spacing[0], rtol=1e-6)


def test_a_first_spacing_above_the_uniform_one_gives_a_uniform_mesh():
    np.testing.assert_allclose(np.diff(graded_coordinates(1.0, 4, 0.3)), 0.25)


def test_the_plate_of_the_paper_has_11552_elements_and_its_volume():
    mesh = plate_mesh(half_width=10e-3, thickness=1e-3, across=38, through=8, first=0.1e-3)
    assert len(mesh.elements) == 11_552
    assert reference_elements(mesh).volume.sum() == pytest.approx(10e-3 * 10e-3 * 1e-3)


def test_the_support_is_the_lower_edge_of_the_rim():
    mesh = plate_mesh(half_width=10e-3, thickness=1e-3, across=6, through=2, first=1e-3)
    points = mesh.nodes[mesh.node_sets["support"]]
    assert len(points) == 2 * 7 - 1
    assert (points[:, 2] == -1e-3).all()
    assert (points[:, :2].max(axis=1) == 10e-3).all()


def test_a_plate_of_one_element_across_has_no_grading():
    mesh = plate_mesh(half_width=1e-3, thickness=1e-3, across=1, through=1, first=1e-4)
    assert np.unique(mesh.nodes[:, 0]).tolist() == [0.0, 1e-3]
