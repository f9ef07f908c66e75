"""Who trains, who watches, who tests: nested learning-curve subsets and folds without leakage."""

import numpy as np

from hammerscale.errors import InputError
from hammerscale.streams import stream
from hammerscale.surrogate.data import Dataset, Rows
from hammerscale.surrogate.surrogate import Split

HELD_OUT_FRACTION = 0.05


def learning_subset(rows: Rows, ids: Rows, size: int, seed: int) -> Rows:
    """Return `size` of `rows`, drawn so that a smaller subset of the same seed lies inside a larger one.

    Parameters
    ----------
    rows : rows to draw from (n,)
    ids : path ids of these rows (n,); a path keeps its rank when others join the data set
    size : number of rows wanted
    seed : seed of the draw
    """
    if not 0 < size <= rows.size:
        raise InputError(
            f"{size} training paths are asked for, the data set has {rows.size}",
            remedy="ask for fewer, or enlarge the campaign",
        )
    rank = np.array([stream(seed, int(identifier), "surrogate/subset").random() for identifier in ids])
    return np.sort(rows[np.argsort(rank, kind="stable")[:size]])


def training_split(dataset: Dataset, size: int | None, seed: int) -> Split:
    """Return `size` training paths (all if None) and the paths that watch the fit.

    The data set's own validation paths watch; where it has none, a twentieth of the training paths is held out, so that
    a model never sees more than `size` paths in all.
    """
    rows = dataset.rows("train")
    if rows.size == 0:
        raise InputError(f"{dataset.file} has no training paths", remedy="give some paths the split 'train'")
    train = learning_subset(rows, dataset.ids[rows], size or rows.size, seed)
    validation = dataset.rows("validation")
    if validation.size == 0 and train.size > 1:
        held_out = max(1, round(HELD_OUT_FRACTION * train.size))
        validation = learning_subset(train, dataset.ids[train], held_out, seed + 1)
        train = np.setdiff1d(train, validation)
    return Split(train=train, validation=validation)


def grouped_folds(rows: Rows, groups: Rows, folds: int, seed: int) -> list[Split]:
    """Return `folds` splits of `rows` (n,) in which no group (n,), e.g. a microstructure, stands on both sides."""
    names = np.unique(groups)
    if not 2 <= folds <= names.size:
        raise InputError(
            f"{folds} folds of {names.size} microstructures cannot be made",
            "a fold that shares a microstructure with the others tests nothing new",
            f"choose 2 to {names.size} folds, or simulate more microstructures",
        )
    shuffled = stream(seed, 0, "surrogate/folds").permutation(names)
    return [
        Split(train=rows[~np.isin(groups, held_out)], validation=rows[np.isin(groups, held_out)])
        for held_out in np.array_split(shuffled, folds)
    ]
