"""O-grids of cylinders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.macro.meshes.cylinder import cylinder_mesh
from hammerscale.macro.meshes.reference_element import reference_elements

SECTORS = {"full": 4, "half": 2, "quarter": 1}


@given(st.integers(1, 6), st.integers(1, 5), st.sampled_from(sorted(SECTORS)))
def test_number_of_elements_is_the_documented_one(core, rings, section):
    mesh = cylinder_mesh(1.0, 0.5, core, rings, 2, section)
    assert len(mesh.elements) == SECTORS[section] * (core**2 + 2 * core * rings) * 2


@given(st.integers(1, 6), st.integers(1, 5))
def test_volume_is_that_of_the_prism_over_the_inscribed_polygon(core, rings):
    mesh = cylinder_mesh(2.0, 0.5, core, rings, 3, "full")
    corners = 8 * core
    polygon = 0.5 * corners * 0.5**2 * np.sin(2 * np.pi / corners)
    assert reference_elements(mesh).volume.sum() == pytest.approx(2.0 * polygon, rel=1e-12)


def test_meshes_of_the_paper_have_their_size():
    assert len(cylinder_mesh(5e-3, 0.5e-3, 4, 4, 66, "quarter").elements) == 3_168
    assert len(cylinder_mesh(32.4e-3, 3.2e-3, 8, 8, 132, "quarter").elements) == 25_344
    assert len(cylinder_mesh(32.4e-3, 3.2e-3, 5, 3, 81, "quarter").elements) == 4_455


@pytest.mark.parametrize("axis", [0, 1])
def test_the_full_cylinder_is_its_own_mirror_image(axis):
    nodes = cylinder_mesh(1.0, 0.5, 3, 2, 1, "full").nodes
    image = nodes.copy()
    image[:, axis] *= -1.0
    distance = np.linalg.norm(nodes[:, None] - image[None], axis=2).min(axis=1)
    assert distance.max() < 1e-15


def test_every_node_belongs_to_an_element_and_none_is_doubled():
    mesh = cylinder_mesh(1.0, 0.5, 3, 2, 2, "full")
    np.testing.assert_array_equal(np.unique(mesh.elements), np.arange(len(mesh.nodes)))
    assert len(np.unique(mesh.nodes.round(12), axis=0)) == len(mesh.nodes)


@pytest.mark.parametrize(("section", "names"), [("full", ""), ("half", "y"), ("quarter", "xy")])
def test_cut_faces_are_the_symmetry_sets(section, names):
    mesh = cylinder_mesh(1.0, 0.5, 2, 2, 2, section)
    assert {name for name in mesh.node_sets if name.startswith("symmetry")} == {f"symmetry_{n}" for n in names}
    for name in names:
        axis = "xy".index(name)
        assert (mesh.nodes[mesh.node_sets[f"symmetry_{name}"], axis] == 0.0).all()
        assert mesh.nodes[:, axis].min() == 0.0


def test_the_bottom_stands_on_the_plane_of_the_wall():
    mesh = cylinder_mesh(1.0, 0.5, 2, 2, 3, "quarter")
    assert (mesh.nodes[mesh.node_sets["bottom"], 2] == 0.0).all()
    assert (mesh.nodes[mesh.node_sets["top"], 2] == 1.0).all()
