"""Candidate orientations cover all that a hexagonal crystal can tell apart, once."""

import numpy as np
import pytest

from hammerscale.crystal.geometry import crystal_geometry
from hammerscale.microstructure.texture import random_texture, rotation_matrices
from hammerscale.surrogate.embedded.orientations import SYMMETRIES, even_orientations, neighbours
from tests.crystal.materials import MAGNESIUM


def angles_deg(first, second):
    """Return the angles (n, m) between crystals of orientations (n, 4) and (m, 4)."""
    a, b = rotation_matrices(first), rotation_matrices(second)
    traces = [np.einsum("nij,mij->nm", a @ symmetry, b) for symmetry in SYMMETRIES.as_matrix()]
    return np.degrees(np.arccos(np.clip(0.5 * (np.max(traces, axis=0) - 1.0), -1.0, 1.0)))


def test_the_symmetries_permute_the_slip_systems():
    tensors = crystal_geometry(MAGNESIUM).slip_tensors
    for symmetry in SYMMETRIES.as_matrix():
        turned = symmetry @ tensors @ symmetry.T
        gaps = np.abs(turned[:, None] - tensors[None]).max(axis=(2, 3))
        opposite = np.abs(turned[:, None] + tensors[None]).max(axis=(2, 3))
        assert (np.minimum(gaps, opposite).min(axis=1) < 1e-9).all()


@pytest.mark.parametrize("count", [8, 100, 1024])
def test_there_are_about_as_many_candidates_as_were_asked_for(count):
    assert len(even_orientations(count)) == pytest.approx(count, rel=0.05, abs=2)


def test_no_crystal_is_far_from_a_candidate():
    gaps = angles_deg(random_texture(np.random.default_rng(0), 500), even_orientations(1024))
    assert gaps.min(axis=1).max() < 12.0


def test_no_candidate_stands_there_twice():
    candidates = even_orientations(300)
    gaps = angles_deg(candidates, candidates) + 180.0 * np.eye(len(candidates))
    assert gaps.min() > 4.0


def test_neighbours_lie_between_half_the_angle_and_the_angle():
    start = random_texture(np.random.default_rng(1), 200)
    turned = neighbours(start, 5.0, np.random.default_rng(2))
    cosines = np.abs((start * turned).sum(axis=1))
    angles = 2.0 * np.degrees(np.arccos(np.minimum(cosines, 1.0)))
    assert angles.min() >= 2.5 - 1e-6
    assert angles.max() <= 5.0 + 1e-6
    assert np.ptp(angles) > 2.0
