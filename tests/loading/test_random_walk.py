"""Random walks have the printed steps, start at rest and are admissible."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.loading.random_walk import random_walk
from hammerscale.tensor.voigt import IDENTITY, to_matrix

GRID = np.linspace(0.0, 1.0, 201)


def knots(path):
    return path.breakpoints, path.stretch(path.breakpoints)


@given(st.integers(0, 2**32 - 1), st.sampled_from(["random", "fixed"]), st.sampled_from([2, 3]))
def test_every_step_has_the_printed_length(seed, spacing, dimension):
    path, _ = random_walk(np.random.default_rng(seed), 0.1, spacing=spacing, dimension=dimension)
    times, stretch = knots(path)
    free = [0, 1, 3] if dimension == 2 else range(6)
    expected = 0.1 * np.sqrt(np.diff(times))[:, None] * np.ones(len(free))
    np.testing.assert_allclose(np.abs(np.diff(stretch[:, free], axis=0)), expected, atol=1e-14)
    np.testing.assert_array_equal(stretch[0], IDENTITY)
    held = np.setdiff1d(np.arange(6), free)
    np.testing.assert_array_equal(stretch[:, held], np.tile(IDENTITY[held], (11, 1)))


@pytest.mark.parametrize("variant", ["literal", "reflected", "log_stretch"])
def test_every_path_is_admissible_on_a_fine_grid(variant):
    for seed in range(20):
        path, _ = random_walk(np.random.default_rng(seed), 0.5, variant=variant)
        matrices = to_matrix(path.stretch(GRID))
        assert np.linalg.eigvalsh(matrices).min() > 0.25
        assert 0.5 < np.linalg.det(matrices).min() <= np.linalg.det(matrices).max() < 2.0


def test_rejection_rate_of_the_large_walk_is_that_of_a_plain_sampler():
    # An independent sampler: NumPy's own eigenvalues on SciPy's curves, no early exit.
    from scipy.interpolate import PchipInterpolator

    rng, draws, accepted = np.random.default_rng(8), 3000, 0
    for _ in range(draws):
        times = np.concatenate([[0.0], np.sort(rng.random(9)), [1.0]])
        if np.diff(times).min() <= 1e-3:
            continue
        strain = np.cumsum(rng.choice([-0.5, 0.5], (10, 6)) * np.sqrt(np.diff(times))[:, None], axis=0)
        curve = PchipInterpolator(times, IDENTITY + np.vstack([np.zeros(6), strain]))(GRID)
        matrices = to_matrix(curve)
        volume = np.linalg.det(matrices)
        accepted += np.linalg.eigvalsh(matrices).min() > 0.25 and volume.min() > 0.5 and volume.max() < 2.0
    rejected = sum(random_walk(np.random.default_rng((9, i)), 0.5)[1] for i in range(200))
    assert 200 / (200 + rejected) == pytest.approx(accepted / draws, rel=0.3)
    assert 0.05 < accepted / draws < 0.09


def test_reflected_walk_stays_within_the_strain():
    for seed in range(50):
        _, stretch = knots(random_walk(np.random.default_rng(seed), 0.3, variant="reflected")[0])
        assert np.abs(stretch - IDENTITY).max() <= 0.3 + 1e-12


def test_random_knots_keep_the_gap():
    for seed in range(20):
        path, _ = random_walk(np.random.default_rng(seed), 0.1, min_gap=0.04)
        assert np.diff(path.breakpoints).min() > 0.04


def test_a_walk_that_is_never_admissible_is_an_error_and_no_endless_loop(monkeypatch):
    monkeypatch.setattr("hammerscale.loading.random_walk.MAX_DRAWS", 50)
    with pytest.raises(InputError, match="no admissible"):
        random_walk(np.random.default_rng(0), 50.0)
