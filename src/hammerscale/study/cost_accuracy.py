"""Cost against accuracy: every surrogate beside the formulas that know nothing and the REV with fewer grains."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.arrays import FloatArray
from hammerscale.campaign.layout import dataset_file
from hammerscale.config import Config
from hammerscale.config.hashes import digest
from hammerscale.provenance import collect
from hammerscale.study.cost_accuracy_paths import COLUMNS, HeldOutPaths, measure, read_test_paths
from hammerscale.study.fewer_grains import GROUP, grain_rows
from hammerscale.study.one_material import dataset_stands, model_stands, require_one_material
from hammerscale.study.style import COLOURS, distinct_colours, house_style, require_format, save
from hammerscale.study.table import Row, write_table
from hammerscale.surrogate.data import Rows
from hammerscale.surrogate.elastic import ElasticModuli
from hammerscale.surrogate.linear_map import Linear
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.nearest import Nearest
from hammerscale.surrogate.prediction import data_for, predict
from hammerscale.surrogate.pressure import Pressure
from hammerscale.surrogate.surrogate import FittedSurrogate, Surrogate

BATCH = 3000
TABLES, FIGURES = (".csv", ".md"), (".svg", ".png")
BASELINES: dict[str, Surrogate] = {
    "pressure only": Pressure(),
    "elastic": ElasticModuli(),
    "nearest path": Nearest(),
    "linear map": Linear(),
}
MARKERS = {"baseline": "s", "surrogate": "o"}


def plot_cost(
    config: Config, dataset: str, models: Sequence[Path], outputs: Sequence[Path], draws: int, count: int
) -> None:
    """Measure everything in one run and write it into every output: tables (CSV, Markdown) and figures (SVG, PNG).

    Parameters
    ----------
    config, dataset : the data set, which has been gathered
    models : folders of exported surrogates
    outputs : files; their endings choose the form
    draws : subsets of the grains of each size
    count : test paths
    """
    for output in outputs:
        if output.suffix not in TABLES:
            require_format(output)
    loaded = {folder.name: load_model(folder) for folder in models}
    require_one_material([*map(model_stands, models), dataset_stands(dataset_file(config, dataset))])
    test = read_test_paths(config, dataset, count)
    # The grains first: a data set whose unit cell has none is refused before anything is measured.
    rows = [*grain_rows(config, dataset, test, draws), *model_rows(loaded, test)]
    identity = digest([dataset_file(config, dataset).name, *(str(folder) for folder in models), rows])
    made_by = collect(identity, {"campaign": config.campaign.seed}).attributes()
    with house_style():
        figure = draw_cost(rows)
        for output in outputs:
            if output.suffix in TABLES:
                write_table(output, COLUMNS, rows)
            else:
                save(figure, output, made_by)


def model_rows(models: dict[str, FittedSurrogate], test: HeldOutPaths) -> Iterator[Row]:
    """Yield a row per baseline, fitted on the training paths, and per model."""
    for name, baseline in BASELINES.items():
        fitted = baseline.fit(test.fitted_on, test.split, 0)
        yield {"model": name, "group": "baseline", **measure(partial(_predicted, fitted, test), test, BATCH)}
    for name, model in models.items():
        test = replace(test, histories=data_for(model, test.histories))
        yield {"model": name, "group": "surrogate", **measure(partial(_predicted, model, test), test, BATCH)}


def _predicted(model: FittedSurrogate, test: HeldOutPaths, rows: Rows) -> FloatArray:
    return predict(model, test.histories.select(rows))


def draw_cost(rows: Sequence[Row]) -> Figure:
    """Return the figure: deviatoric error against cost; the REV with fewer grains is the line to be beaten."""
    figure = Figure(figsize=(8.0, 4.4), layout="constrained")
    axis = figure.subplots()
    grains = [row for row in rows if row["group"] == GROUP]
    _draw_grains(axis, grains)
    others = [row for row in rows if row["group"] != GROUP]
    # Black is the line's.
    for row, colour in zip(others, distinct_colours(len(others)), strict=True):
        axis.plot(*_points([row]).T, MARKERS[str(row["group"])], color=colour, label=str(row["model"]))
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter("{x:g}")
    axis.set_xlabel(f"cost [ns of one core per point and step], batch of {BATCH}")
    axis.set_ylabel("deviatoric error [%], mean over test paths")
    figure.legend(loc="outside right upper")
    return figure


def _draw_grains(axis: Axes, rows: Sequence[Row]) -> None:
    """Draw every subset as a dot, the means over subsets as a line, all grains as the cost of the reference."""
    largest = max(int(str(row["grains"])) for row in rows)
    sizes = sorted({int(str(row["grains"])) for row in rows} - {largest})
    values = {size: _points([row for row in rows if row["grains"] == size]) for size in (*sizes, largest)}
    if sizes:
        means = np.array([values[size].mean(axis=0) for size in sizes])
        axis.plot(*np.concatenate([values[size] for size in sizes]).T, ".", color="0.6", markersize=4)
        axis.plot(*means.T, "-", color=COLOURS[-1], label="REV with fewer grains")
        for size, mean in zip(sizes, means, strict=True):
            axis.annotate(str(size), mean, xytext=(4, 4), textcoords="offset points")
    cost = values[largest][0, 0]
    axis.axvline(cost, color="0.5", linestyle="--", label=f"REV, all {largest} grains (reference)")


def _points(rows: Sequence[Row]) -> FloatArray:
    """Return cost and error (n, 2)."""
    return np.array([[row["ns_per_point_step"], row["deviatoric_percent"]] for row in rows], dtype=np.float64)
