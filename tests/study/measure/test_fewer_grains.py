"""The polycrystal with fewer of its own grains: all of them are exact, subsets are drawn by their seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.study.measure.fewer_grains import (
    cell_answer,
    draw_subset,
    grain_rows,
    reduced_cell,
    write_fewer_grains,
)
from hammerscale.study.measure.held_out_paths import read_test_paths
from hammerscale.study.tables.table import read_table


@given(st.integers(2, 128), st.data())
def test_a_subset_has_so_many_different_grains_of_the_whole(total, data):
    size = data.draw(st.integers(1, total))
    subset = draw_subset(total, size, draw=1, seed=7)
    assert np.unique(subset).size == size
    assert subset.min() >= 0
    assert subset.max() < total


def test_draw_and_seed_fix_a_subset_and_change_it():
    first = draw_subset(128, 8, draw=0, seed=1)
    np.testing.assert_array_equal(first, draw_subset(128, 8, draw=0, seed=1))
    assert not np.array_equal(first, draw_subset(128, 8, draw=1, seed=1))
    assert not np.array_equal(first, draw_subset(128, 8, draw=0, seed=2))


def test_all_grains_give_the_stress_of_the_data_set(gathered):
    test = read_test_paths(gathered, "taylor", 3)
    answer = cell_answer(reduced_cell(gathered, "taylor", np.arange(12)), test, test.rows)
    np.testing.assert_allclose(answer, test.histories.stress, atol=1e-6 * np.abs(test.histories.stress).max())


def test_single_grains_have_the_whole_as_their_mean(gathered):
    test = read_test_paths(gathered, "taylor", 1)
    cells = (reduced_cell(gathered, "taylor", np.array([grain])) for grain in range(12))
    mean = np.mean([cell_answer(cell, test, test.rows) for cell in cells], axis=0)
    # Each grain alone takes steps of its own.
    error = np.linalg.norm(mean - test.histories.stress) / np.linalg.norm(test.histories.stress)
    assert error < 1e-4


def test_the_error_falls_with_the_number_of_grains(gathered):
    rows = list(grain_rows(gathered, "taylor", read_test_paths(gathered, "taylor", 6), draws=3))
    means = [np.mean([row["deviatoric_percent"] for row in rows if row["grains"] == size]) for size in (4, 8, 12)]
    assert means[0] > means[1] > 10.0 * means[2]


def test_the_table_has_a_row_per_subset(gathered, tmp_path):
    write_fewer_grains(gathered, "taylor", [tmp_path / "grains.csv"], draws=2, count=2)
    rows = read_table(tmp_path / "grains.csv")
    assert [(row["grains"], row["draw"]) for row in rows] == [
        ("4", "0"),
        ("4", "1"),
        ("8", "0"),
        ("8", "1"),
        ("12", "0"),
    ]
    assert all(row["paths"] == "2" and float(row["ns_per_point_step"]) > 0.0 for row in rows)


def test_a_unit_cell_without_grains_is_refused(gathered):
    with pytest.raises(InputError, match="elastic"):
        next(grain_rows(gathered, "body", read_test_paths(gathered, "body", 1), draws=1))
