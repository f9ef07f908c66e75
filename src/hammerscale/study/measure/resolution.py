"""Error against the time resolution of a path and against the number of principal components (Liu et al., Fig. 1d).

The strain path is a function of time. It is sampled more or less finely, and models that were trained on one grid
predict the stress there. The unit cell, integrated along the function itself, gives the exact stress at the samples.
Reductions of the stress to some modes, fitted on the training paths, show what a network between them could reach.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.capabilities import responses
from hammerscale.cell.cell_factory import build_unit_cell
from hammerscale.config import Config
from hammerscale.errors import InputError
from hammerscale.ledger.places import dataset_file
from hammerscale.study.claims import dataset_claim, model_claim, require_one_material
from hammerscale.study.measure.causality_isotropy import model_name
from hammerscale.study.measure.held_out_paths import PERCENT, HeldOutPaths, read_test_paths
from hammerscale.study.tables.table import Row, require_table, write_table
from hammerscale.surrogate.evaluate import path_errors
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.pca_net.pca import fit_reduction
from hammerscale.surrogate.prediction import data_for, predict
from hammerscale.surrogate.socket import FittedSurrogate, Histories
from hammerscale.tensor.voigt import COMPONENTS

# Divisors of the finest, so that every sample is one of its samples.
STEPS = (50, 100, 200, 250, 500, 1000)
MODES = (8, 16, 32, 60, 100)
NORMS = ("total", "deviatoric")
COLUMNS = ("curve", "modes", "steps", "paths", "total_percent", "deviatoric_percent", "strain_percent")
REDUCTION = "principal components alone"


def write_resolution(config: Config, dataset: str, models: Sequence[Path], outputs: Sequence[Path], count: int) -> None:
    """Write errors against resolution into every table.

    Parameters
    ----------
    config, dataset : the data set, which has been gathered
    models : folders of exported surrogates
    outputs : tables; their endings choose the form
    count : test paths
    """
    for output in outputs:
        require_table(output)
    loaded = {model_name(folder): load_model(folder) for folder in models}
    require_one_material([*map(model_claim, models), dataset_claim(dataset_file(config, dataset))])
    test = read_test_paths(config, dataset, count)
    finest = exact_histories(config, dataset, test)
    rows = [*model_errors(loaded, finest), *reduction_errors(test, finest)]
    if not rows:
        raise InputError(
            f"no model is given, and {test.split.train.size} training paths are too few for {MODES[0]} modes",
            "errors are those of models and of reductions to principal components",
            "give the folders of exported models, or a data set with more training paths",
        )
    for output in outputs:
        write_table(output, COLUMNS, rows)


def exact_histories(config: Config, dataset: str, test: HeldOutPaths) -> Histories:
    """Return stretch and stress of the test paths on the finest grid, from the unit cell itself."""
    settings = config.dataset(dataset)
    cell = build_unit_cell(settings.rev, config.materials[dataset], config.campaign.seed)
    times = np.linspace(0.0, 1.0, STEPS[-1] + 1)
    columns = [COMPONENTS.index(name) for name in test.histories.stretch_components]
    stretch = np.stack([path.stretch(times)[:, columns] for path in test.paths])
    stress = np.stack([one.stress for one in responses(cell, test.paths, times, test.duration_s)])
    return replace(test.histories, times=times, stretch=stretch, stress=stress)


def sampled(finest: Histories, steps: int) -> Histories:
    """Return histories at the ends of `steps` equal steps."""
    every = slice(None, None, (finest.times.size - 1) // steps)
    return replace(finest, times=finest.times[every], stretch=finest.stretch[:, every], stress=finest.stress[:, every])


def model_errors(models: dict[str, FittedSurrogate], finest: Histories) -> Iterator[Row]:
    """Yield the errors of every model at every resolution."""
    for name, model in models.items():
        for steps in STEPS:
            data = data_for(model, sampled(finest, steps))
            yield {"curve": name, "steps": steps, **_errors(predict(model, data), data)}


def reduction_errors(test: HeldOutPaths, finest: Histories) -> Iterator[Row]:
    """Yield, for every number of modes and every resolution, what the reductions lose of stress and strain."""
    training = test.fitted_on.select(test.split.train)
    for modes in MODES:
        if modes > min(training.stress.shape[:2]):
            continue
        strain, stress = (fit_reduction(training.times, h, modes) for h in (training.stretch, training.stress))
        for steps in STEPS:
            data = sampled(finest, steps)
            kept = stress.lift(stress.project(data.times, data.stress), data.times)
            lost = PERCENT * float(strain.residual(data.times, data.stretch).mean())
            labels = {"curve": REDUCTION, "modes": modes, "steps": steps, "strain_percent": lost}
            yield {**labels, **_errors(kept, data)}


def _errors(stress: FloatArray, data: Histories) -> Row:
    errors = path_errors(stress, data)
    means = {f"{norm}_percent": PERCENT * float(errors[norm].mean()) for norm in NORMS if norm in errors}
    return {"paths": len(stress), **means}
