"""Subsets are nested, folds do not leak, nobody trains on what watches."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.microstructure.symmetry import UNKNOWN
from hammerscale.surrogate.groups import Groups
from hammerscale.surrogate.subsets import fold_numbers, learning_subset, training_split
from hammerscale.surrogate.training_data import TrainingData, open_dataset
from hammerscale.surrogate.training_request import Fold
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


LABELS = st.sampled_from(["train", "train", "train", "validation", "test"])
ROW = st.tuples(LABELS, st.integers(0, 5), st.integers(0, 3), st.integers(0, 3))


def labelled(rows):
    """Return a data set without histories; every row is its split, path, microstructure and sample of parameters."""
    splits, *groups = zip(*rows, strict=True)
    count = len(rows)
    return TrainingData(
        file=Path("none.nc"),
        times=np.array([0.0, 1.0]),
        ids=np.arange(count) + 50,
        family=np.full(count, "random_walk"),
        split=np.array(splits),
        groups=Groups(*(np.array(numbers) for numbers in groups)),
        failed=0,
        durations_s=None,
        parameters=np.empty((count, 0)),
        parameter_names=(),
        parameter_units=(),
        stretch_components=(),
        stress_components=(),
        strain_kind="stretch",
        stress_kind="cauchy",
        symmetry=UNKNOWN,
        volumetric_isochoric=False,
        density=None,
        constants=None,
        stands_for=None,
        _file_rows=np.arange(count),
    )


@given(st.lists(ROW, min_size=4, max_size=40), st.sampled_from(Groups._fields), st.integers(2, 4), st.integers(0, 3))
def test_no_group_of_a_fold_stands_among_those_that_train_or_watch(rows, by, folds, seed):
    dataset = labelled(rows)
    groups, train = getattr(dataset.groups, by), dataset.rows("train")
    try:
        splits = [training_split(dataset, None, seed, Fold(k, folds, by)) for k in range(folds)]
    except InputError:
        # Fewer groups than folds, or none that train.
        assume(False)
    assert sorted(np.concatenate([split.test for split in splits])) == train.tolist()
    for split in splits:
        seen = np.concatenate([split.train, split.validation])
        assert not set(groups[seen]) & set(groups[split.test])
        assert set(dataset.split[seen]) <= {"train", "validation"}
        assert np.unique(seen).size == seen.size
        assert split.train.size


@given(st.lists(st.integers(0, 500), min_size=1, unique=True), st.lists(st.integers(0, 500)), st.integers(2, 7))
def test_the_fold_of_a_path_depends_on_no_other_path(paths, others, folds):
    alone = fold_numbers(np.array(paths), folds, 3)
    together = fold_numbers(np.array([*others, *paths]), folds, 3)
    np.testing.assert_array_equal(together[len(others) :], alone)


@given(st.integers(1, 20), st.integers(2, 7), st.integers(0, 9))
def test_consecutive_numbers_make_folds_of_one_size(runs, folds, seed):
    assert set(np.bincount(fold_numbers(np.arange(runs * folds), folds, seed))) == {runs}


@pytest.mark.parametrize("by", ["microstructure", "parameters"])
def test_a_younger_group_leaves_the_others_in_their_folds(by):
    old = [("train", i, i % 4, i % 4) for i in range(12)]
    # Rows come block by block, so a younger simulation may stand before older ones.
    enlarged = replace(labelled([("train", 12, 9, 9), *old]), ids=np.array([99, *range(50, 62)]))
    before, after = (
        [set(dataset.ids[training_split(dataset, None, 1, Fold(k, 3, by)).test]) for k in range(3)]
        for dataset in (labelled(old), enlarged)
    )
    assert [fold - {99} for fold in after] == before


def test_as_many_folds_as_microstructures_hold_out_one_each_whatever_their_numbers():
    dataset = labelled([("train", i, (9, 2, 40)[i % 3], 0) for i in range(9)])
    held_out = [training_split(dataset, None, 0, Fold(k, 3, "microstructure")).test for k in range(3)]
    assert sorted(set(dataset.groups.microstructure[rows]).pop() for rows in held_out) == [2, 9, 40]
    assert all(rows.size == 3 for rows in held_out)


def test_one_microstructure_cannot_be_folded():
    with pytest.raises(InputError, match=r"2 folds by microstructure leave fold . empty"):
        training_split(labelled([("train", i, 0, 0) for i in range(4)]), None, 0, Fold(0, 2, "microstructure"))


def test_a_fold_of_a_subset_is_its_part_of_the_fold():
    dataset = labelled([("train", i, 0, 0) for i in range(20)])
    fold = Fold(1, 4, "path")
    whole, part = (training_split(dataset, size, 0, fold) for size in (None, 12))
    subset = training_split(dataset, 12, 0)
    assert set(part.test) == set(whole.test) & {*subset.train, *subset.validation}


HELD_OUT = {
    "microstructure": [("test" if i % 4 == 2 else "train", i // 8, i % 4, i % 2) for i in range(32)],
    "parameters": [("test" if i % 4 == 3 else "train", i // 8, i % 2, i % 4) for i in range(32)],
    "path": [("test" if i < 8 else "train", i // 8, i % 4, i % 2) for i in range(32)],
}


@pytest.mark.parametrize("by", HELD_OUT)
@pytest.mark.parametrize("size", [None, 12])
def test_nothing_of_a_held_out_group_trains_or_watches(by, size):
    dataset = labelled(HELD_OUT[by])
    split = training_split(dataset, size, 0)
    groups = getattr(dataset.groups, by)
    seen = np.concatenate([split.train, split.validation])
    assert seen.size == (size or 24)
    assert split.test.size == 8
    assert not set(groups[seen]) & set(groups[split.test])


def test_the_paths_that_watch_do_not_train_in_another_material():
    dataset = labelled([("train", i // 4, 0, i % 4) for i in range(24)])
    split = training_split(dataset, None, 0)
    assert split.validation.size == 4
    assert not set(dataset.groups.path[split.train]) & set(dataset.groups.path[split.validation])


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
