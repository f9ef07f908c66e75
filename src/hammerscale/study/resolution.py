"""Error against the time resolution of a path and against the number of principal components (Liu et al., Fig. 1d).

The strain path is a function of time: it is sampled more or less finely, models that were trained on one grid answer
there, and the unit cell, integrated along the function itself, says what is right at the samples. Reductions of the
stress with so many modes, fitted on the training paths, show what a network between them could reach at best.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.arrays import FloatArray
from hammerscale.campaign.layout import dataset_file
from hammerscale.capabilities import responses
from hammerscale.config import Config
from hammerscale.config.hashes import digest
from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.rev.factory import build_unit_cell
from hammerscale.study.cost_accuracy import TABLES
from hammerscale.study.cost_accuracy_paths import PERCENT, HeldOutPaths, read_test_paths
from hammerscale.study.learned_behaviour import model_name
from hammerscale.study.one_material import dataset_stands, model_stands, require_one_material
from hammerscale.study.style import distinct_colours, house_style, require_format, save
from hammerscale.study.table import Row, write_table
from hammerscale.surrogate.evaluate import path_errors
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.pca import fit_reduction
from hammerscale.surrogate.prediction import data_for, predict
from hammerscale.surrogate.surrogate import FittedSurrogate, Histories
from hammerscale.tensor.voigt import COMPONENTS

# Divisors of the finest, so that every sample is one of its samples.
STEPS = (50, 100, 200, 250, 500, 1000)
MODES = (8, 16, 32, 60, 100)
NORMS = ("total", "deviatoric")
COLUMNS = ("curve", "modes", "steps", "paths", "total_percent", "deviatoric_percent", "strain_percent")
REDUCTION = "principal components alone"


def plot_resolution(config: Config, dataset: str, models: Sequence[Path], outputs: Sequence[Path], count: int) -> None:
    """Write errors against resolution into every output: tables (CSV, Markdown) and figures (SVG, PNG).

    Parameters
    ----------
    config, dataset : the data set, which has been gathered
    models : folders of exported surrogates
    outputs : files; their endings choose the form
    count : test paths
    """
    for output in outputs:
        if output.suffix not in TABLES:
            require_format(output)
    loaded = {model_name(folder): load_model(folder) for folder in models}
    require_one_material([*map(model_stands, models), dataset_stands(dataset_file(config, dataset))])
    test = read_test_paths(config, dataset, count)
    finest = exact_histories(config, dataset, test)
    rows = [*model_rows(loaded, finest), *reduction_rows(test, finest)]
    if not rows:
        raise InputError(
            f"no model is given, and {test.split.train.size} training paths are too few for {MODES[0]} modes",
            "errors are those of models and of reductions to principal components",
            "give the folders of exported models, or a data set with more training paths",
        )
    made_by = collect(digest([dataset, rows]), {"campaign": config.campaign.seed}).attributes()
    with house_style():
        figure = draw_resolution(rows)
        for output in outputs:
            if output.suffix in TABLES:
                write_table(output, COLUMNS, rows)
            else:
                save(figure, output, made_by)


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


def model_rows(models: dict[str, FittedSurrogate], finest: Histories) -> Iterator[Row]:
    """Yield the errors of every model at every resolution."""
    for name, model in models.items():
        for steps in STEPS:
            data = data_for(model, sampled(finest, steps))
            yield {"curve": name, "steps": steps, **_errors(predict(model, data), data)}


def reduction_rows(test: HeldOutPaths, finest: Histories) -> Iterator[Row]:
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


def draw_resolution(rows: Sequence[Row]) -> Figure:
    """Return the figure: a panel per norm, a line per model, a dashed one per number of modes."""
    norms = [norm for norm in NORMS if any(f"{norm}_percent" in row for row in rows)]
    figure = Figure(figsize=(1.8 + 3.6 * len(norms), 3.6), layout="constrained")
    grid = figure.subplots(1, len(norms), squeeze=False)[0]
    for axis, norm in zip(grid, norms, strict=True):
        _draw_norm(axis, rows, f"{norm}_percent")
        axis.set_ylabel(f"{norm} error [%]")
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside right upper")
    return figure


def _draw_norm(axis: Axes, rows: Sequence[Row], column: str) -> None:
    curves = dict.fromkeys((str(row["curve"]), row.get("modes")) for row in rows)
    for (name, modes), colour in zip(curves, distinct_colours(len(curves)), strict=True):
        points = [(row["steps"], row[column]) for row in rows if (row["curve"], row.get("modes")) == (name, modes)]
        style, label = ("-", name) if modes is None else ("--", f"PCA alone, {modes} modes")
        axis.plot(*np.array(points, dtype=np.float64).T, style, marker=".", color=colour, label=label)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xticks(STEPS, [str(steps) for steps in STEPS], rotation=45)
    axis.minorticks_off()
    axis.yaxis.set_major_formatter("{x:g}")
    axis.set_xlabel("time steps of the path")
