"""Splits come from the file or from a seed, and never by accident."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.production.imports.recorded import RecordedPath, Recording
from hammerscale.production.imports.splits import assign_splits

NOTHING = np.zeros((2, 1))


def recording(splits):
    paths = tuple(RecordedPath(str(i), NOTHING[:, 0], NOTHING, NOTHING, split=s) for i, s in enumerate(splits))
    return Recording("theirs.csv", paths, (), (), True)


@given(st.integers(1, 300), st.integers(0, 2**32), st.integers(0, 10), st.integers(0, 10))
def test_fractions_are_met_to_one_path(count, seed, first, second):
    low, high = sorted((first / 10, second / 10))
    fractions = (low, high - low, 1.0 - high)
    drawn = assign_splits(recording([""] * count), fractions, seed)
    assert drawn.size == count
    for name, part in zip(("train", "validation", "test"), fractions, strict=True):
        assert abs((drawn == name).sum() - part * count) <= 1.0 + 1e-9


def test_the_seed_alone_decides():
    paths = recording([""] * 40)
    fractions = (0.5, 0.25, 0.25)
    first, again, other = (assign_splits(paths, fractions, seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


@pytest.mark.parametrize(
    "fractions", [(0.5, 0.5), (0.5, 0.5, 0.5), (1.2, -0.1, -0.1), (np.nan, 0.5, 0.5), (0.5, 0.5, np.nan)]
)
def test_fractions_that_do_not_sum_are_refused(fractions):
    with pytest.raises(InputError, match="sum to 1"):
        assign_splits(recording(["", ""]), fractions, 0)


def test_a_path_without_split_is_refused_by_name():
    with pytest.raises(InputError, match=r"path '1' has no split\n.*\n.*--fractions"):
        assign_splits(recording(["train", ""]), (), 0)
    with pytest.raises(InputError, match="path '0' has the split 'val'"):
        assign_splits(recording(["val", "test"]), (), 0)
