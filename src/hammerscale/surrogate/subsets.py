"""Who trains, who watches, who tests: nested learning-curve subsets and folds without leakage."""

import numpy as np

from hammerscale.errors import InputError
from hammerscale.streams import stream
from hammerscale.surrogate.groups import in_order_of_appearance
from hammerscale.surrogate.socket import Split
from hammerscale.surrogate.training_data import Rows, TrainingData
from hammerscale.surrogate.training_request import BY_PATH, Fold

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


def training_split(dataset: TrainingData, size: int | None, seed: int, fold: Fold | None = None) -> Split:
    """Return `size` training paths (all if None), the paths that watch the fit and those that test it.

    The data set's own validation paths watch. Where it has none, a twentieth of the strain paths that train is held
    out, so that a model never sees more than `size` paths in all. The data set's own test paths test, or instead of
    them those of the `size` paths that lie in a fold: they share no group with paths that train or watch.
    """
    rows = dataset.rows("train")
    if rows.size == 0:
        raise InputError(f"{dataset.file} has no training paths", remedy="give some paths the split 'train'")
    train = learning_subset(rows, dataset.ids[rows], size or rows.size, seed)
    validation, test = dataset.rows("validation"), dataset.rows("test")
    if fold is not None:
        train, test = _parted(dataset, train, fold, seed)
        groups = getattr(dataset.groups, fold.by)
        validation = validation[~np.isin(groups[validation], groups[test])]
    if validation.size == 0:
        train, validation = _watched(dataset, train, seed)
    return Split(train, validation, test)


def _watched(dataset: TrainingData, train: Rows, seed: int) -> tuple[Rows, Rows]:
    """Return the training paths without a twentieth of their strain paths, and that twentieth."""
    paths = np.unique(dataset.groups.path[train])
    if paths.size == 1:
        return train, train[:0]
    held_out = learning_subset(paths, paths, max(1, round(HELD_OUT_FRACTION * paths.size)), seed + 1)
    watches = np.isin(dataset.groups.path[train], held_out)
    return train[~watches], train[watches]


def _parted(dataset: TrainingData, train: Rows, fold: Fold, seed: int) -> tuple[Rows, Rows]:
    """Return the training paths outside a fold and those in it."""
    groups = getattr(dataset.groups, fold.by)[train]
    # Strain paths keep their numbers. The others are counted by age, so that no fold of a few of them stays empty.
    numbers = groups if fold.by == BY_PATH else _by_age(groups, dataset.ids[train])
    folds = fold_numbers(numbers, fold.folds, seed)
    if (empty := np.setdiff1d(np.arange(fold.folds), folds)).size:
        raise InputError(
            f"{fold.folds} folds by {fold.by} leave fold {empty[0]} empty: the training paths have "
            f"{np.unique(groups).size} different ones",
            "every fold needs paths of its own",
            "choose fewer folds, or learn from more paths",
        )
    return train[folds != fold.number], train[folds == fold.number]


def _by_age(groups: Rows, ids: Rows) -> Rows:
    """Return the groups (n,) as 0, 1, 2, … in the order of their smallest ids, which only grow."""
    oldest_first = np.argsort(ids)
    numbers = np.empty_like(groups)
    numbers[oldest_first] = in_order_of_appearance(groups[oldest_first])
    return numbers


def fold_numbers(groups: Rows, folds: int, seed: int) -> Rows:
    """Return the fold (n,) of every group (n,), which follows from its number alone: others change nothing.

    `folds` consecutive numbers fall into different folds, in an order that the seed draws.
    """
    runs, places = np.divmod(groups, folds)
    drawn = {run: stream(seed, run, "surrogate/folds").permutation(folds) for run in np.unique(runs).tolist()}
    return np.array([drawn[run][place] for run, place in zip(runs.tolist(), places.tolist(), strict=True)])
