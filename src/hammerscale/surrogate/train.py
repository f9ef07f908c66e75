"""Train a surrogate by name on a data set and export it with its errors: what the verb `train` does."""

import hashlib
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from hammerscale.errors import InputError
from hammerscale.kinds import SurrogateKind
from hammerscale.provenance import Provenance, collect
from hammerscale.registry import SURROGATES
from hammerscale.regular_files import open_regular
from hammerscale.store.guard import require_wanted
from hammerscale.store.lock import filling
from hammerscale.store.quarantine import quarantine
from hammerscale.store.seal import DamagedFileError, require_sealed_as, seal_of
from hammerscale.store.sealed_json import read_sealed_json
from hammerscale.surrogate.evaluate import Document, evaluate_rows
from hammerscale.surrogate.parameter_inputs import PARAMETERS, require_visible
from hammerscale.surrogate.rest import departure, require_rest
from hammerscale.surrogate.socket import Histories, Split, Surrogate
from hammerscale.surrogate.subsets import training_split
from hammerscale.surrogate.training.settings import SPENT_FILE, TROUBLE_FILE
from hammerscale.surrogate.training_data import Rows, TrainingData, dataset_name, open_dataset
from hammerscale.surrogate.training_request import MATERIAL, Order

LOG = logging.getLogger(__name__)

EVALUATED_TRAINING_PATHS = 200
# Where Lightning and its launchers tell the processes of one training their numbers.
RANKS = ("RANK", "LOCAL_RANK", "SLURM_PROCID")


def make_surrogate(order: Order, checkpoints: Path, duration_s: float | None) -> Surrogate:
    """Return the surrogate that an order asks for, not yet fitted, for paths that last `duration_s` [s]."""
    if order.surrogate not in SURROGATES:
        raise InputError(f"there is no surrogate {order.surrogate!r}", remedy=f"choose one of {', '.join(SURROGATES)}")
    kind: type[SurrogateKind] = SURROGATES[order.surrogate]
    keys: dict[str, Any] = dict(order.settings)
    if kind.needs_crystal:
        keys.pop(MATERIAL, None)
    try:
        if order.training and not kind.is_network:
            raise TypeError("it is no network")
        made = kind(**keys).make(order, checkpoints, duration_s)
    except TypeError as error:
        given = ", ".join([*order.settings, *(f"training.{key}" for key in order.training)])
        raise InputError(
            f"surrogate {order.surrogate} does not take all of these keys: {given} ({error})",
            "a key without effect would be trained around unnoticed",
            "config/README.md lists the keys of every kind",
        ) from error
    if order.max_minutes is not None and not kind.is_network:
        LOG.warning("%s is no network: a limit of %g minutes has no effect", order.surrogate, order.max_minutes)
    return made


def train_surrogate(dataset_file: str | Path, order: Order, output: str | Path) -> Document:
    """Train, evaluate and export a surrogate into `output`; return its report.

    Checkpoints and the loss curve go into `<output>.training` next to it, from where an interrupted training goes on.
    One training at a time works on a model: others wait, an orphan of an earlier workflow among them.
    """
    dataset_file, output = Path(dataset_file), Path(output)
    if _follows():
        return _train(dataset_file, order, output)
    with filling(output):
        # Who waited long may be an orphan by now.
        require_wanted()
        return _train(dataset_file, order, output)


def _follows() -> bool:
    """Whether another process of the same training, which holds the lock, has started this one or leads it."""
    return any(os.environ.get(name, "0") != "0" for name in RANKS)


def _train(dataset_file: Path, order: Order, output: Path) -> Document:
    seal = seal_of(dataset_file)
    dataset = open_dataset(dataset_file)
    _refuse_several_durations(dataset)
    dataset.pin()
    split = training_split(dataset, order.train_paths, order.seed, order.fold)
    checkpoints = output.with_name(f"{output.name}.training")
    order = _with_crystal(order, dataset)
    surrogate = make_surrogate(order, checkpoints, dataset.duration_s)
    data = _visible(order, dataset.histories(dataset.rows()), split)
    _look_at_start(order, data)
    LOG.info("%s learns %s", order.name or order.surrogate, data.signature)
    for name in (SPENT_FILE, TROUBLE_FILE):
        (checkpoints / name).unlink(missing_ok=True)
    wall, cpu = time.perf_counter(), time.process_time()
    fitted = surrogate.fit(data, split, order.seed)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    before = _spent_before(checkpoints / SPENT_FILE)
    report: Document = {
        "surrogate": order.name or order.surrogate,
        "kind": order.surrogate,
        "dataset": dataset_name(dataset_file),
        "stands_for": dataset.stands_for,
        "duration_s": dataset.duration_s,
        "train_paths": int((dataset.split[np.union1d(split.train, split.validation)] == "train").sum()),
        "seed": order.seed,
        "failed_simulations_left_out": dataset.failed,
        "training_wall_s": round(wall + before["wall_s"], 1),
        "training_cpu_s": round(cpu + before["cpu_s"], 1),
        "settings": dict(order.settings),
        "training_settings": dict(order.training),
        "averages_over": list(order.averages_over),
    }
    if order.fold is not None:
        report["fold"] = asdict(order.fold)
    if (trouble := checkpoints / TROUBLE_FILE).is_file():
        report["training_trouble"] = read_sealed_json(trouble)
    for name, rows in _evaluated(split).items():
        report[name] = evaluate_rows(fitted, dataset, rows)
    require_sealed_as(dataset_file, seal)
    fitted.export(output, _provenance(dataset_file, order), report)
    return report


def _refuse_several_durations(dataset: TrainingData) -> None:
    """Refuse paths of different lengths, which no surrogate is given: it would take all rates for equal."""
    durations = dataset.durations_s
    if durations is not None and durations.size and dataset.duration_s is None:
        raise InputError(
            f"the paths of {dataset.file} last from {durations.min():g} to {durations.max():g} s",
            "no surrogate takes a duration: all paths would be learned as if they lasted equally long, and what the "
            "stress owes to the rate would be lost",
            "import the paths of each duration as a data set of their own; if the stress does not depend on the rate, "
            "import them with --time-unit none and times from 0 to 1",
        )


def _visible(order: Order, data: Histories, split: Split) -> Histories:
    """Return the data as the surrogate is to see them; what varies among its training paths unseen is refused."""
    takes_parameters = SURROGATES[order.surrogate].takes_parameters
    require_visible(data.select(split.train), order.surrogate, takes_parameters, order.averages_over)
    return data.without_parameters() if PARAMETERS in order.averages_over else data


def _look_at_start(order: Order, data: Histories) -> None:
    """Refuse paths that do not start at rest where the surrogate does, and say what is assumed where it does not."""
    if SURROGATES[order.surrogate].needs_rest:
        require_rest(data)
    elif (found := departure(data)) is not None:
        LOG.warning(
            "paths do not start at rest: of path number %d, %s; %s is taken to meet only paths that start as these do",
            *found,
            order.surrogate,
        )


def _with_crystal(order: Order, dataset: TrainingData) -> Order:
    """Return an order with the constants of the data set's crystal, if it embeds a crystal and has no others."""
    kind = SURROGATES.get(order.surrogate)
    if kind is None or not kind.needs_crystal or MATERIAL in order.settings or dataset.constants is None:
        return order
    return replace(order, settings={**order.settings, MATERIAL: dataset.constants})


def _spent_before(file: Path) -> Mapping[str, float]:
    """Return what a training had spent before it was interrupted [s], as its last process noted it."""
    known: Mapping[str, object] = {}
    if file.is_file():
        try:
            known = read_sealed_json(file)
        except DamagedFileError as error:
            LOG.warning("%s; kept as %s, and what was spent before does not count", error.what, quarantine(file).name)
    return {name: float(str(known.get(name, 0.0))) for name in ("wall_s", "cpu_s")}


def _evaluated(split: Split) -> dict[str, Rows]:
    """Return the rows to be evaluated by what they were used for; a sample of the training paths is enough."""
    named = {
        "training": split.train[:EVALUATED_TRAINING_PATHS],
        "validation": split.validation,
        "test": split.test,
    }
    return {name: rows for name, rows in named.items() if rows.size}


def training_identity(dataset_file: Path, order: Order) -> str:
    """Return the hash of what a model depends on: the data (by their seal) and what was asked."""
    try:
        with open_regular(dataset_file) as file:
            file.seek(-65, 2)
            return hashlib.sha256(file.read() + repr(order).encode()).hexdigest()
    except OSError as error:
        raise InputError(
            f"{dataset_file} is no data set: {error.strerror}", remedy="give a file made by `gather` or `import`"
        ) from error


def _provenance(dataset_file: Path, order: Order) -> Provenance:
    """Return the provenance of a model."""
    return collect(training_identity(dataset_file, order), {"surrogate": order.seed})
