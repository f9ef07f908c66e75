"""Mean gradients of hexahedra of any shape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.macro.meshes.mesh import Mesh, box_mesh
from hammerscale.macro.meshes.reference_element import reference_elements

UNIT = np.array([0.0, 1.0])


def distorted(seed: int, size: float = 0.25) -> Mesh:
    """Return one hexahedron with every corner moved."""
    cube = box_mesh(UNIT, UNIT, UNIT)
    moved = cube.nodes + size * np.random.default_rng(seed).uniform(-1, 1, cube.nodes.shape)
    return Mesh(moved, cube.elements, cube.node_sets)


@given(st.integers(0, 2**32 - 1))
def test_gradients_reproduce_every_linear_field(seed):
    mesh = distorted(seed)
    slope = np.random.default_rng(seed).uniform(-1, 1, (3, 3))
    values = (mesh.nodes @ slope.T + 7.0)[mesh.elements[0]]
    found = np.einsum("ai,aj->ij", values, reference_elements(mesh).gradient[0])
    np.testing.assert_allclose(found, slope, atol=1e-12)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_gradients_are_the_derivative_of_the_volume_by_the_corners(seed):
    mesh, step = distorted(seed), 1e-5
    found = reference_elements(mesh)
    for node in range(8):
        for axis in range(3):
            sides = []
            for sign in (1, -1):
                nodes = mesh.nodes.copy()
                nodes[mesh.elements[0, node], axis] += sign * step
                sides.append(reference_elements(Mesh(nodes, mesh.elements, {})).volume[0])
            derivative = (sides[0] - sides[1]) / (2 * step)
            assert found.gradient[0, node, axis] * found.volume[0] == pytest.approx(derivative, abs=1e-9)


def test_an_inverted_element_is_named():
    mesh = box_mesh(UNIT, UNIT, np.array([0.0, 1.0, 2.0]))
    nodes = mesh.nodes.copy()
    nodes[:, 2] = np.where(nodes[:, 2] == 1.0, 2.5, nodes[:, 2])
    with pytest.raises(InputError, match="element 1 of the mesh is inverted"):
        reference_elements(Mesh(nodes, mesh.elements, {}))
