"""Paths share one grid, as they stand or by interpolation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.production.imports.grid import align, interpolate_histories
from hammerscale.production.imports.recorded import RecordedPath, Recording


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


@pytest.mark.parametrize(
    ("times", "unit"), [([-1e308, 0, 1e308], "none"), ([0, 1, 1e307], "min"), ([0, 1e-322, 2e-322], "ns")]
)
def test_a_length_of_time_that_no_number_holds_is_refused_with_its_path(times, unit):
    with pytest.raises(InputError, match="path '1': it lasts from"):
        align(recording([0, 1, 2], times), unit, 3)


def test_steps_too_far_apart_for_interpolation_are_refused_with_their_path():
    paths = list(recording([0, 1, 2], [0, 1, 2]).paths)
    paths[1] = replace(paths[1], stress=np.array([[-1.7e308] * 2, [1.7e308] * 2, [0.0] * 2]))
    theirs = Recording("theirs.npz", tuple(paths), (), (), True)
    with pytest.raises(InputError, match="path '1': the stress is too large"):
        align(theirs, "none", 4).check(theirs)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20), st.integers(2, 40))
def test_interpolation_keeps_ends_and_bounds(values, steps):
    column = np.array(values)[:, None]
    out = interpolate_histories(np.linspace(0, 1, steps), np.linspace(0, 1, len(values)), column)
    assert out[0] == column[0]
    assert out[-1] == column[-1]
    assert out.min() >= column.min()
    assert out.max() <= column.max()
