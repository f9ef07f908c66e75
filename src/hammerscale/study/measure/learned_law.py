"""What the law of an impact was learned from: its cost, and the strain paths of its training."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.config.comparable import Claim
from hammerscale.errors import InputError
from hammerscale.store.folder import verify_folder
from hammerscale.store.netcdf import read_netcdf
from hammerscale.study.claims import dataset_claim
from hammerscale.study.measure.strain_paths import StrainPaths, paths_of_data
from hammerscale.surrogate.model_folder import read_report
from hammerscale.surrogate.signature import STRETCH
from hammerscale.surrogate.subsets import training_split
from hammerscale.surrogate.training_data import TrainingData, open_dataset
from hammerscale.tensor.voigt import COMPONENTS

MICRO = 1e6


@dataclass(frozen=True)
class LearnedLaw:
    """A surrogate and its data.

    Attributes
    ----------
    model : folder of the exported model, which holds the number of training paths and the time of the training
    dataset : data set that it learned from
    """

    model: Path
    dataset: Path

    @property
    def claim(self) -> Claim:
        """What the data stand for."""
        return dataset_claim(self.dataset)

    def training_cost(self) -> float:
        """Return the wall time of the training [s]."""
        return float(str(self._reported("training_wall_s")))

    def training_paths(self, times_s: FloatArray) -> dict[str, StrainPaths]:
        """Return the paths that the model was trained on by their families, seen at `times_s` (t,)."""
        dataset = open_dataset(self.dataset)
        duration_s = _followed(dataset)
        split = training_split(dataset, int(str(self._reported("train_paths"))), int(str(self._reported("seed"))))
        family = dataset.family[split.train]
        return {
            name: paths_of_data(dataset, split.train[family == name], duration_s, times_s)
            for name in dict.fromkeys(family.tolist())
        }

    def _reported(self, key: str) -> object:
        """Return an entry of the model's report."""
        try:
            verify_folder(self.model)
            return read_report(self.model)[key]
        except (OSError, ValueError, KeyError) as error:
            raise InputError(
                f"{self.model} does not say its {key} ({type(error).__name__}: {error})",
                "what a surrogate was trained on is part of its cost and the range in which it knows an answer",
                "name the folder of a model that `hammerscale train` exported",
            ) from error


def learned(models: Mapping[str, Path], datasets: Mapping[str, Path]) -> dict[str, LearnedLaw]:
    """Return what laws were learned from by their names, which stand in both."""
    if odd := sorted(models.keys() ^ datasets.keys()):
        raise InputError(
            f"{', '.join(odd)} has a model or a data set, and not both",
            "a surrogate is charged with the data that it learned from, and knows their range",
            "give --model NAME=FOLDER and --dataset NAME=FILE for the same names",
        )
    return {name: LearnedLaw(model, datasets[name]) for name, model in models.items()}


def dataset_cost(file: Path) -> float:
    """Return the CPU time of all simulations of a data set [s]."""
    return float(read_netcdf(file, names=["cost"]).variables["cost"].data.sum())


def cost_per_try(file: Path) -> float | None:
    """Return the CPU time of one time step that one grain tried, over all simulations of a data set [µs].

    None where the simulations have no grains that step on their own.
    """
    names = read_netcdf(file, names=["diagnostic_name"]).variables["diagnostic_name"].data.tolist()
    if "rate_evaluations" not in names:
        return None
    held = read_netcdf(file, names=["cost", "diagnostics"]).variables
    tried = held["diagnostics"].data[:, names.index("steps")]
    known = np.isfinite(tried)
    return float(MICRO * held["cost"].data[known].sum() / tried[known].sum())


def _followed(dataset: TrainingData) -> float:
    """Return how long the paths of a data set last [s]; one that points of a body cannot follow is refused."""
    if dataset.strain_kind == STRETCH and dataset.stretch_components == COMPONENTS and dataset.duration_s is not None:
        return dataset.duration_s
    raise InputError(
        f"{dataset.file} has no stretches in three dimensions of one known duration",
        "points of a body follow such paths, and no others can be compared with theirs",
        "name the data set that the law was trained on",
    )
