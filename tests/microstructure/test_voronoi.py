import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.microstructure.voronoi import pixel_centres, random_angles, random_map, voronoi_map, window

seeds_2d = st.lists(st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)), min_size=1, max_size=6, unique=True)


def minimum_image_distances(seeds, pixels):
    difference = pixel_centres(pixels, seeds.shape[1])[:, None] - seeds
    return np.linalg.norm(difference - np.round(difference), axis=-1)


@settings(max_examples=50, deadline=None)
@given(points=seeds_2d, pixels=st.integers(2, 12))
def test_every_pixel_belongs_to_a_nearest_seed_by_brute_force(points, pixels):
    seeds = np.array(points)
    distances = minimum_image_distances(seeds, pixels)
    chosen = voronoi_map(seeds, pixels).ravel()
    np.testing.assert_allclose(distances[np.arange(pixels**2), chosen], distances.min(axis=1), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), shift=st.tuples(st.integers(0, 15), st.integers(0, 15)))
def test_moving_the_seeds_by_whole_pixels_rolls_the_map(seed, shift):
    seeds = np.random.default_rng(seed).random((5, 2))
    moved = (seeds + np.array(shift) / 16) % 1.0
    np.testing.assert_array_equal(voronoi_map(moved, 16), np.roll(voronoi_map(seeds, 16), shift, axis=(0, 1)))


def test_axis_0_is_x1():
    grain_map = voronoi_map(np.array([[0.25, 0.5], [0.75, 0.5]]), 4)
    np.testing.assert_array_equal(grain_map, np.repeat([[0], [0], [1], [1]], 4, axis=1))


def test_a_three_dimensional_map_agrees_with_brute_force():
    seeds = np.random.default_rng(3).random((4, 3))
    expected = minimum_image_distances(seeds, 6).argmin(axis=1).reshape(6, 6, 6)
    np.testing.assert_array_equal(voronoi_map(seeds, 6), expected)


def test_the_same_generator_state_gives_the_same_map():
    first, second = (random_map(np.random.default_rng(7), 8, 16) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_angles_cover_a_quarter_turn_uniformly():
    angles = random_angles(np.random.default_rng(1), 20_000)
    assert angles.min() >= 0.0
    assert angles.max() < 0.5 * np.pi
    counts, _ = np.histogram(angles, bins=10, range=(0.0, 0.5 * np.pi))
    assert ((counts - 2000) ** 2 / 2000).sum() < 30.0  # 99.96 % point of χ² with 9 degrees of freedom


def test_a_window_is_the_part_of_the_periodic_map_at_its_corner():
    grain_map = np.arange(36).reshape(6, 6)
    np.testing.assert_array_equal(window(grain_map, (5, 1), 3), grain_map[[5, 0, 1]][:, 1:4])


@pytest.mark.parametrize("pixels", [1, 0, -3])
def test_a_grid_of_one_pixel_or_less_is_refused(pixels):
    with pytest.raises(InputError, match="pixel"):
        voronoi_map(np.array([[0.5, 0.5]]), pixels)


@pytest.mark.parametrize("grains", [0, -1])
def test_a_map_without_grains_is_refused(grains):
    with pytest.raises(InputError, match="grain"):
        random_map(np.random.default_rng(0), grains, 8)


@pytest.mark.parametrize("seeds", [np.empty((0, 2)), np.array([[np.nan, 0.5]]), np.array([[1.0, 0.5]])])
def test_bad_seeds_are_refused(seeds):
    with pytest.raises(InputError):
        voronoi_map(seeds, 8)


@pytest.mark.parametrize(("corner", "pixels"), [((0, 0), 9), ((0, 0), 1), ((0, 0, 0), 4)])
def test_a_window_that_does_not_fit_is_refused(corner, pixels):
    with pytest.raises(InputError):
        window(np.zeros((8, 8), dtype=np.int64), corner, pixels)
