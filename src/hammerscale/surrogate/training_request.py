"""What is to be trained: one entry of the surrogates of a campaign, read without what checked it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hammerscale.errors import InputError
from hammerscale.inputs import read_input
from hammerscale.regular_files import parse_json

# Keys that all kinds share: which models the workflow trains and tests, and what they learn the mean over.
PLANNED = (
    "kind",
    "dataset",
    "train_paths",
    "seeds",
    "one_seed_above",
    "tested_on",
    "averages_over",
    "folds",
    "folds_by",
)

BY_PATH = "path"


@dataclass(frozen=True)
class Fold:
    """A part of the training paths on which a model is tested that learns from the others.

    Attributes
    ----------
    number : which one, from 0
    folds : how many there are
    by : what no two of them share: "path", "microstructure" or "parameters"
    """

    number: int
    folds: int
    by: str = BY_PATH


# Constants of the crystal, for kinds that know it; the data set gives them, or the command line.
MATERIAL = "material"


@dataclass(frozen=True)
class Order:
    """What is to be trained.

    Attributes
    ----------
    surrogate : kind of the surrogate
    train_paths : number of training paths, all if None
    seed : seed of subset, initial weights and batches
    max_minutes : time limit of a network's training, None for that of `training`; others go on to their end
    name : what the model is called in tables, by default its kind
    settings : keys of its kind; those left out keep the surrogate's own values
    training : how a network is trained, fields of `hammerscale.surrogate.training.settings.Training`; likewise
    averages_over : what varies in the training paths without its notice: microstructure, parameters
    fold : the part of the training paths that it is tested on instead, None for none
    """

    surrogate: str
    train_paths: int | None = None
    seed: int = 0
    max_minutes: float | None = None
    name: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    training: Mapping[str, object] = field(default_factory=dict)
    averages_over: tuple[str, ...] = ()
    fold: Fold | None = None

    def training_changes(self, folder: Path) -> dict[str, object]:
        """Return what this order changes in the usual training of a network that keeps its checkpoints in `folder`."""
        limit = {} if self.max_minutes is None else {"max_minutes": self.max_minutes}
        # How many threads a process has is settled before it starts.
        return {key: value for key, value in self.training.items() if key != "threads"} | limit | {"folder": folder}


def read_order(
    name: str,
    entry: Mapping[str, object],
    train_paths: int | None = None,
    seed: int = 0,
    max_minutes: float | None = None,
    fold: int | None = None,
) -> Order:
    """Return the order of one training of the entry `name` of a campaign's surrogates, of one of its folds if asked."""
    settings = {key: entry[key] for key in sorted(entry) if key not in (*PLANNED, "training")}
    training = entry.get("training") or {}
    if not isinstance(training, Mapping):
        raise InputError(f"`training` of surrogate {name} is no mapping")
    averages_over = entry.get("averages_over") or ()
    if not isinstance(averages_over, list | tuple):
        raise InputError(f"`averages_over` of surrogate {name} is no list")
    return Order(
        surrogate=str(entry["kind"]),
        train_paths=train_paths,
        seed=seed,
        max_minutes=max_minutes,
        name=name,
        settings=settings,
        training={key: training[key] for key in sorted(training)},
        averages_over=tuple(map(str, averages_over)),
        fold=None if fold is None else _fold(name, entry, fold),
    )


def _fold(name: str, entry: Mapping[str, object], number: int) -> Fold:
    """Return a fold of an entry, or refuse a number that it does not have."""
    folds = int(str(entry.get("folds") or 0))
    if not 0 <= number < folds:
        raise InputError(
            f"there is no fold {number} of surrogate {name}, which has {folds}",
            remedy=f"choose 0 to {folds - 1}" if folds else "set `folds` on the surrogate",
        )
    return Fold(number, folds, str(entry.get("folds_by") or BY_PATH))


def checked_entry(file: Path, name: str) -> Mapping[str, object]:
    """Return the entry `name` of the surrogates in a config that a controller has checked and written as JSON.

    A node that trains may lack what checks a config, so this needs nothing but JSON.
    """
    try:
        known = parse_json(read_input(file)).get("surrogates") or {}
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(
            f"cannot read the surrogates in {file} ({type(error).__name__}: {error})",
            "a config in JSON is taken as the workflow wrote it",
            "give the config.json of a campaign's folder, or a config in YAML",
        ) from error
    if name not in known:
        raise InputError(f"there is no surrogate '{name}' in {file}", remedy=f"choose one of {', '.join(known)}")
    return dict(known[name])
