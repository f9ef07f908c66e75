"""Who trains and who tests: from a column of the file, or drawn with a seed."""

from collections import Counter

import numpy as np
import numpy.typing as npt

from hammerscale.config.axes.sample_space import SPLITS
from hammerscale.errors import InputError
from hammerscale.production.imports.recorded import Recording
from hammerscale.streams import stream


def assign_splits(recording: Recording, fractions: tuple[float, ...], seed: int) -> npt.NDArray[np.str_]:
    """Return the split of every path (n,): those of the file, or drawn in the given fractions.

    Parameters
    ----------
    recording : the paths
    fractions : parts for train, validation and test, sum 1; empty to take the file's own splits
    seed : seed of the draw
    """
    if not fractions:
        return _splits_of_file(recording)
    # Asked the other way round, a NaN would pass.
    if not (len(fractions) == len(SPLITS) and min(fractions) >= 0.0 and abs(sum(fractions) - 1.0) <= 1e-9):
        raise InputError(
            f"--fractions is {','.join(f'{part:g}' for part in fractions)}",
            remedy="give three parts for train, validation and test that sum to 1, as in 0.8,0.1,0.1",
        )
    count = len(recording.paths)
    bounds = np.rint(np.cumsum(fractions) * count).astype(int)
    drawn = np.repeat(SPLITS, np.diff(bounds, prepend=0))
    return stream(seed, 0, "import/split").permutation(drawn)


def _splits_of_file(recording: Recording) -> npt.NDArray[np.str_]:
    for path in recording.paths:
        if path.split not in SPLITS:
            says = f"has the split {path.split!r}" if path.split else "has no split"
            raise InputError(
                f"{recording.file}: path '{path.label}' {says}",
                "a model must not be tested on what it was trained with",
                f"write one of {', '.join(SPLITS)} for every path, or draw with --fractions 0.8,0.1,0.1",
            )
    return np.array([path.split for path in recording.paths])


def describe(splits: npt.NDArray[np.str_]) -> str:
    """Return how many paths each split has, in words."""
    counts = Counter(splits.tolist())
    return ", ".join(f"{counts[name]} {name}" for name in SPLITS)
