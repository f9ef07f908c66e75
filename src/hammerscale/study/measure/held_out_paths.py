"""The test paths of a data set, and the one way in which error and cost of every model are measured on them."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.config import Config
from hammerscale.config.comparable import Claim
from hammerscale.errors import InputError
from hammerscale.ledger.places import dataset_file
from hammerscale.loading.path import StrainPath
from hammerscale.production.emitted_case import find_draws
from hammerscale.study.claims import dataset_claim, require_one_material
from hammerscale.study.tables.table import Row
from hammerscale.surrogate.evaluate import path_errors
from hammerscale.surrogate.socket import Histories, Split
from hammerscale.surrogate.training_data import Rows, open_dataset

LOG = logging.getLogger(__name__)
REPEATS = 3
PERCENT, NANO = 100.0, 1e9
COLUMNS = (
    "model",
    "group",
    "grains",
    "draw",
    "paths",
    "total_percent",
    "deviatoric_percent",
    "ns_per_point_step",
    "batch",
)
Answer = Callable[[Rows], FloatArray]


@dataclass(frozen=True)
class HeldOutPaths:
    """Paths that nothing was fitted on.

    Attributes
    ----------
    histories : stretch and stress of these paths (n, t, c)
    paths : the exact strain paths (n,)
    fitted_on : histories that models are fitted on
    split : which of them train
    duration_s : physical length of a path [s]
    """

    histories: Histories
    paths: tuple[StrainPath, ...]
    fitted_on: Histories
    split: Split
    duration_s: float

    @property
    def rows(self) -> Rows:
        """Number of every path (n,)."""
        return np.arange(len(self.paths))


def read_test_paths(config: Config, dataset: str, count: int) -> HeldOutPaths:
    """Return the first `count` test paths of a gathered data set, of families that train if there are any of these."""
    settings, data = config.one_cell(dataset), open_dataset(dataset_file(config, dataset))
    cell = Claim(f"data set {dataset} of the config", config.cell_record(dataset))
    require_one_material([cell, dataset_claim(data.file)])
    train = data.rows("train")
    chosen = data.rows("test", tuple(np.unique(data.family[train])))[:count]
    if not chosen.size and (chosen := data.rows("test")[:count]).size:
        families = ", ".join(np.unique(data.family[chosen]))
        LOG.warning("%s has no test paths of the families that train; models are tested on %s", dataset, families)
    if not chosen.size:
        raise InputError(
            f"data set {dataset} has no test paths",
            "models are compared on paths that they have not learned from",
            "give some paths the split 'test'",
        )
    return HeldOutPaths(
        histories=data.histories(chosen),
        paths=tuple(draw.path() for draw in find_draws(config, dataset, data.ids[chosen].tolist())),
        fitted_on=data.histories(train),
        split=Split(np.arange(train.size), np.arange(0)),
        duration_s=settings.duration_s,
    )


def measure_answer(answer: Answer, test: HeldOutPaths, points: int | None = None) -> Row:
    """Return the mean errors [%] of a model over the test paths and its cost [ns] per point and step.

    Parameters
    ----------
    answer : returns the stress (n, t, 6) of the test paths with these numbers (n,)
    test : the paths
    points : batch on which the cost is measured, the test paths over and over; None for every path once
    """
    # The first call compiles kernels or loads them; it is not part of the cost.
    answer(test.rows[:1])
    errors = path_errors(answer(test.rows), test.histories)
    rows = np.resize(test.rows, points or test.rows.size)
    shortest = min(_cpu_time(answer, rows) for _ in range(REPEATS))
    steps = test.histories.times.size - 1
    return {
        "paths": test.rows.size,
        "total_percent": PERCENT * float(errors["total"].mean()),
        "deviatoric_percent": PERCENT * float(errors["deviatoric"].mean()),
        "ns_per_point_step": NANO * shortest / (rows.size * steps),
        "batch": rows.size,
    }


def _cpu_time(answer: Answer, rows: Rows) -> float:
    """Return the CPU time of a call [s], of all threads together."""
    start = time.process_time()
    answer(rows)
    return time.process_time() - start
