"""Subsets are nested, folds do not leak, nobody trains on what watches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.surrogate.data import open_dataset
from hammerscale.surrogate.subsets import grouped_folds, learning_subset, training_split
from tests.surrogate.histories import relaxing_histories

ROWS = np.arange(30) * 2
IDS = 1000 + np.arange(30)


@given(st.integers(1, 29), st.integers(1, 30), st.integers(0, 5))
def test_a_smaller_subset_lies_inside_a_larger_one(small, large, seed):
    small, large = sorted((small, large))
    inner, outer = (learning_subset(ROWS, IDS, size, seed) for size in (small, large))
    assert inner.size == small
    assert set(inner) <= set(outer) <= set(ROWS)


def test_subsets_of_two_seeds_differ():
    assert set(learning_subset(ROWS, IDS, 10, 1)) != set(learning_subset(ROWS, IDS, 10, 2))


def test_new_paths_do_not_change_the_order_of_the_old_ones():
    few = learning_subset(ROWS[:20], IDS[:20], 8, 1)
    many = learning_subset(ROWS, IDS, 30, 1)
    rank_in_many = [row for row in _ranking(many.size) if row in set(ROWS[:20])][:8]
    assert set(few) == set(rank_in_many)


def _ranking(count):
    """Return all rows by rank: the one that each larger subset adds."""
    sets = [set(learning_subset(ROWS, IDS, size, 1)) for size in range(count + 1) if size]
    return [next(iter(after - before)) for before, after in zip([set(), *sets], sets, strict=False)]


def test_more_paths_than_there_are_is_refused():
    with pytest.raises(InputError, match="31 training paths"):
        learning_subset(ROWS, IDS, 31, 0)


@given(st.integers(2, 6), st.integers(0, 3))
def test_folds_cover_all_rows_once_and_share_no_group(folds, seed):
    groups = np.array([3, 3, 1, 8, 8, 8, 5, 1, 9, 7])
    rows = np.arange(10) + 4
    splits = grouped_folds(rows, groups, folds, seed)
    assert sorted(np.concatenate([split.validation for split in splits])) == rows.tolist()
    for split in splits:
        assert not set(groups[split.train - 4]) & set(groups[split.validation - 4])
        assert split.train.size + split.validation.size == 10


def test_one_microstructure_cannot_be_folded():
    with pytest.raises(InputError, match="microstructure"):
        grouped_folds(np.arange(4), np.zeros(4, dtype=int), 2, 0)


def test_the_sets_own_validation_paths_watch(write_dataset):
    splits = ["train", "validation", "train", "test", "train"]
    split = training_split(open_dataset(write_dataset(relaxing_histories(5), splits=splits)), None, 0)
    assert split.train.tolist() == [0, 2, 4]
    assert split.validation.tolist() == [1]


def test_without_validation_paths_some_of_the_asked_for_paths_watch(write_dataset):
    split = training_split(open_dataset(write_dataset(relaxing_histories(12))), 10, 0)
    assert split.train.size == 9
    assert split.validation.size == 1
    assert not set(split.train) & set(split.validation)
