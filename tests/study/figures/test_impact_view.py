"""The whole body: its surface, the quarter that is mirrored."""

from pathlib import Path

import numpy as np
import pytest

from hammerscale.macro.meshes.cylinder import cylinder_mesh
from hammerscale.macro.meshes.mesh import box_mesh, plate_mesh
from hammerscale.macro.records.vtkhdf_reader import Fields
from hammerscale.study.figures.impact_view import shown_quarter, surface


def fields_of(mesh) -> Fields:
    return Fields(Path("none"), mesh.nodes, mesh.elements, np.zeros(1), ())


def test_the_surface_of_a_box_is_its_six_sides():
    mesh = box_mesh(*(np.linspace(0.0, 1.0, n + 1) for n in (2, 3, 4)))
    faces, owner = surface(mesh.elements)
    assert len(faces) == 2 * (2 * 3 + 3 * 4 + 4 * 2)
    middle = mesh.nodes[faces].mean(axis=1)
    assert (np.isclose(middle, 0.0) | np.isclose(middle, 1.0)).any(axis=1).all()
    assert all(set(face) <= set(mesh.elements[element]) for face, element in zip(faces, owner, strict=True))


@pytest.mark.parametrize(("part", "share"), [("quarter", 1), ("half", 2), ("full", 4)])
def test_one_quarter_of_any_cylinder_is_mirrored(part, share):
    mesh = cylinder_mesh(4.0, 1.0, 2, 2, 5, part)
    assert len(shown_quarter(fields_of(mesh))) == len(mesh.elements) / share


def test_of_a_plate_the_part_around_the_impact_is_shown():
    mesh = plate_mesh(10.0, 1.0, 20, 2, 0.5)
    centre = mesh.nodes[mesh.elements[shown_quarter(fields_of(mesh))]].mean(axis=1)
    assert 4.0 < centre[:, :2].max() < 5.0
