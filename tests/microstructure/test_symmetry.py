"""The symmetry of a texture is measured on its grains: against random draws, fibres about any axis, rolled sheets."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hammerscale.crystal.systems import family_systems
from hammerscale.microstructure.symmetry import (
    ALL,
    AXIS,
    NONE,
    Symmetry,
    load_symmetry,
    measure_symmetry,
    unit_axis,
)
from hammerscale.microstructure.texture import fibre_texture, quaternion_product, random_texture

SLIP = [family_systems("hexagonal", name, 1.623).schmid for name in ("basal", "prismatic", "pyramidal")]
TWINS = [family_systems("hexagonal", "tensile_twin", 1.623).schmid]
SKEW = unit_axis([1.0, 2.0, 0.5])


def measured(quaternions, axes=()):
    count = len(quaternions)
    return measure_symmetry(quaternions, np.full(count, 1.0 / count), SLIP, TWINS, axes)


def fibre(axis, spread_deg, grains=128):
    c_axis = np.array([0.0, 0.0, 1.0])
    return fibre_texture(np.random.default_rng(1), grains, c_axis, np.array(axis), spread_deg)


def rolled(grains=256):
    """Return a sheet: c axes near its normal, spread four times as far to one side as to the other."""
    rng = np.random.default_rng(2)
    tilts = Rotation.from_euler("xy", rng.normal(size=(grains, 2)) * [40.0, 10.0], degrees=True)
    spins = Rotation.from_euler("z", rng.uniform(0.0, 360.0, (grains, 1)), degrees=True)
    return (tilts * spins).as_quat(scalar_first=True)


@pytest.mark.parametrize("seed", range(20))
def test_128_random_grains_may_be_turned_by_all_rotations(seed):
    assert measured(random_texture(np.random.default_rng(seed), 128)).kind == ALL


@pytest.mark.parametrize("grains", [1, 8, 31])
def test_few_grains_may_not_be_turned_whatever_their_means(grains):
    assert measured(random_texture(np.random.default_rng(0), grains)).kind == NONE
    assert measured(fibre([0.0, 0.0, 1.0], 0.0, grains)).kind == NONE


@pytest.mark.parametrize("axis", [(1.0, 0.0, 0.0), (0.0, 0.0, 1.0), SKEW])
@pytest.mark.parametrize("spread_deg", [0.0, 15.0, 30.0])
def test_a_fibre_may_be_turned_about_its_axis_alone(axis, spread_deg):
    found = measured(fibre(axis, spread_deg), [unit_axis(axis)])
    assert found.kind == AXIS
    np.testing.assert_allclose(found.axis, axis, atol=1e-12)


def test_the_axis_of_a_fibre_from_a_file_is_found():
    found = measured(fibre(SKEW, 15.0, 1000))
    assert found.kind == AXIS
    assert abs(np.dot(found.axis, SKEW)) > np.cos(np.radians(5.0))


def test_a_rolled_sheet_may_not_be_turned():
    assert measured(rolled()).kind == NONE


def test_the_symmetry_turns_with_the_grains():
    turn = Rotation.from_rotvec([0.3, -1.0, 0.7])
    turned = quaternion_product(np.tile(turn.as_quat(scalar_first=True), (1000, 1)), fibre([0, 0, 1.0], 15.0, 1000))
    assert abs(np.dot(measured(turned).axis, turn.apply([0.0, 0.0, 1.0]))) > np.cos(np.radians(5.0))


def test_weights_count_as_copies_of_grains():
    quaternions = random_texture(np.random.default_rng(3), 128)
    weights = np.concatenate([np.full(4, 0.2), np.full(124, 0.2 / 124)])
    assert measure_symmetry(quaternions, weights, SLIP, TWINS).kind == NONE


@pytest.mark.parametrize("symmetry", [Symmetry(ALL, None, "a"), Symmetry(AXIS, SKEW, "b"), Symmetry(NONE, None, "c")])
def test_a_symmetry_survives_its_document(symmetry):
    assert load_symmetry(symmetry.document()) == symmetry


@pytest.mark.parametrize("document", [{"kind": "some", "axis": None}, {"kind": AXIS, "axis": None, "reason": ""}])
def test_what_is_no_symmetry_is_refused(document):
    with pytest.raises((KeyError, ValueError)):
        load_symmetry(document)
