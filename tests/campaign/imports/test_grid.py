"""Paths share one grid, as they stand or by interpolation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.campaign.imports.grid import align, interpolate
from hammerscale.campaign.imports.recorded import RecordedPath, Recording
from hammerscale.errors import InputError


def recording(*times, has_time=True):
    paths = [
        RecordedPath(str(i), np.array(time, float), np.array(time, float)[:, None], np.ones((len(time), 2)))
        for i, time in enumerate(times)
    ]
    return Recording("theirs.npz", tuple(paths), (), (), has_time)


def test_physical_durations_are_kept_per_path_on_a_normalised_grid():
    aligned = align(recording([0, 1, 4], [5, 7, 13]), "ms", None)
    np.testing.assert_allclose(aligned.time, [0, 0.25, 1])
    np.testing.assert_allclose(aligned.duration_s, [4e-3, 8e-3])


def test_times_without_a_unit_must_be_the_same():
    with pytest.raises(InputError, match="path '1' has its step"):
        align(recording([0, 1, 4], [0, 2, 8]), "none", None)
    assert align(recording([0, 1, 4], [0, 1, 4]), "none", None).duration_s is None


def test_resampling_joins_paths_of_different_length():
    aligned = align(recording([0, 1, 4], [0, 2]), "s", 5)
    np.testing.assert_allclose(aligned.strain[:, :, 0], [[0, 1, 2, 3, 4], [0, 0.5, 1, 1.5, 2]])
    np.testing.assert_array_equal(aligned.stress, np.ones((2, 5, 2)))


def test_a_unit_needs_a_time():
    with pytest.raises(InputError, match="holds no time, but --time-unit is s"):
        align(recording([0, 1], has_time=False), "s", None)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20), st.integers(2, 40))
def test_interpolation_keeps_ends_and_bounds(values, steps):
    column = np.array(values)[:, None]
    out = interpolate(np.linspace(0, 1, steps), np.linspace(0, 1, len(values)), column)
    assert out[0] == column[0]
    assert out[-1] == column[-1]
    assert out.min() >= column.min()
    assert out.max() <= column.max()
