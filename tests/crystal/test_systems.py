import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.crystal.systems import (
    HEXAGONAL,
    family_systems,
    twin_reflection,
)
from hammerscale.errors import InputError
from tests.crystal.materials import MAGNESIUM

MAGNESIUM_RATIO = 1.624
families = pytest.mark.parametrize("family", list(HEXAGONAL))


def rotation_about(axis: int, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = [k for k in range(3) if k != axis]
    matrix = np.eye(3)
    matrix[[i, j], [i, j]] = c
    matrix[i, j], matrix[j, i] = -s, s
    return matrix


def same_systems_up_to_sign(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether every tensor of a (n, 3, 3) is one of b or the negative of one."""
    return all(min(np.abs(x - sign * y).max() for y in b for sign in (1, -1)) < 1e-12 for x in a)


@families
@given(c_over_a=st.floats(1.3, 2.2))
def test_direction_lies_in_plane_for_any_axial_ratio(family, c_over_a):
    systems = family_systems("hexagonal", family, c_over_a)
    assert np.abs((systems.directions * systems.normals).sum(axis=1)).max() < 1e-14


@families
def test_directions_and_normals_are_unit_vectors(family):
    systems = family_systems("hexagonal", family, MAGNESIUM_RATIO)
    np.testing.assert_allclose(np.linalg.norm(systems.directions, axis=1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(np.linalg.norm(systems.normals, axis=1), 1.0, rtol=1e-14)


@families
@pytest.mark.parametrize(("axis", "degrees"), [(2, 60.0), (0, 180.0), (1, 180.0)])
def test_family_is_invariant_under_rotations_of_the_point_group(family, axis, degrees):
    schmid = family_systems("hexagonal", family, MAGNESIUM_RATIO).schmid
    turn = rotation_about(axis, degrees)
    assert same_systems_up_to_sign(turn @ schmid @ turn.T, schmid)


@families
def test_family_is_invariant_under_reflection_in_the_basal_plane(family):
    schmid = family_systems("hexagonal", family, MAGNESIUM_RATIO).schmid
    mirror = np.diag([1.0, 1.0, -1.0])
    assert same_systems_up_to_sign(mirror @ schmid @ mirror, schmid)


def test_systems_of_a_family_are_distinct():
    for family in HEXAGONAL:
        schmid = family_systems("hexagonal", family, MAGNESIUM_RATIO).schmid
        assert all(np.abs(a - b).max() > 0.1 for a, b in itertools.combinations(schmid, 2))


# Directions and normals of the specification, for c/a = 1.624.
TABULATED = {
    "basal": (
        ((1, 0, 0), (0, 0, 1)),
        ((-0.5, 0.866025, 0), (0, 0, 1)),
        ((-0.5, -0.866025, 0), (0, 0, 1)),
    ),
    "prismatic": (
        ((1, 0, 0), (0, 1, 0)),
        ((-0.5, 0.866025, 0), (0.866025, 0.5, 0)),
        ((-0.5, -0.866025, 0), (-0.866025, 0.5, 0)),
    ),
    "pyramidal": (
        ((-0.262166, -0.454084, 0.851514), (0.425757, 0.737433, 0.524331)),
        ((0.262166, -0.454084, 0.851514), (-0.425757, 0.737433, 0.524331)),
        ((0.524331, 0, 0.851514), (-0.851514, 0, 0.524331)),
        ((0.262166, 0.454084, 0.851514), (-0.425757, -0.737433, 0.524331)),
        ((-0.262166, 0.454084, 0.851514), (0.425757, -0.737433, 0.524331)),
        ((-0.524331, 0, 0.851514), (0.851514, 0, 0.524331)),
    ),
    "tensile_twin": (
        ((-0.631761, -0.364747, 0.683986), (0.592350, 0.341993, 0.729495)),
        ((0, -0.729495, 0.683986), (0, 0.683986, 0.729495)),
        ((0.631761, -0.364747, 0.683986), (-0.592350, 0.341993, 0.729495)),
        ((0.631761, 0.364747, 0.683986), (-0.592350, -0.341993, 0.729495)),
        ((0, 0.729495, 0.683986), (0, -0.683986, 0.729495)),
        ((-0.631761, 0.364747, 0.683986), (0.592350, -0.341993, 0.729495)),
    ),
}


@families
def test_systems_are_those_of_the_table(family):
    systems = family_systems("hexagonal", family, MAGNESIUM_RATIO)
    directions, normals = zip(*TABULATED[family], strict=True)
    np.testing.assert_allclose(systems.directions, directions, atol=1e-6)
    np.testing.assert_allclose(systems.normals, normals, atol=1e-6)


def test_growing_twins_extend_the_c_axis():
    twins = family_systems("hexagonal", "tensile_twin", MAGNESIUM_RATIO)
    assert (twins.schmid[:, 2, 2] > 0.4).all()


def test_twinning_turns_the_c_axis_by_86_degrees():
    twins = family_systems("hexagonal", "tensile_twin", MAGNESIUM_RATIO)
    cosine = np.abs(twin_reflection(twins.normals)[:, 2, 2])
    np.testing.assert_allclose(np.degrees(np.arccos(cosine)), 86.3, atol=0.05)


def test_reflection_and_half_turn_about_the_twin_normal_give_the_same_tensors():
    slip, twins = (family_systems("hexagonal", name, MAGNESIUM_RATIO) for name in ("pyramidal", "tensile_twin"))
    reflection = twin_reflection(twins.normals)[:, None]
    half_turn = -reflection
    np.testing.assert_allclose(reflection @ slip.schmid @ reflection, half_turn @ slip.schmid @ half_turn, atol=1e-15)


def test_the_shear_of_the_twins_of_magnesium_follows_from_its_axial_ratio():
    ratio = MAGNESIUM.c_over_a
    assert MAGNESIUM.twin.shear == pytest.approx((3.0 - ratio**2) / (3.0**0.5 * ratio), abs=2e-4)


def test_square_systems_are_each_other_turned_by_90_degrees():
    systems = family_systems("square", "cubic2d")
    turn = rotation_about(2, 90.0)
    np.testing.assert_allclose(turn @ systems.schmid[0] @ turn.T, systems.schmid[1], atol=1e-15)


@pytest.mark.parametrize(
    ("lattice", "family", "known"),
    [
        ("cubic", "basal", "hexagonal, square"),
        ("hexagonal", "octahedral", "basal"),
        ("square", "basal", "cubic2d"),
    ],
)
def test_unknown_names_are_refused_with_the_known_ones(lattice, family, known):
    with pytest.raises(InputError, match=known):
        family_systems(lattice, family, MAGNESIUM_RATIO)


@pytest.mark.parametrize("ratio", [0.0, -1.0, np.nan, np.inf])
def test_axial_ratio_must_be_positive(ratio):
    with pytest.raises(InputError, match="axial ratio"):
        family_systems("hexagonal", "basal", ratio)
