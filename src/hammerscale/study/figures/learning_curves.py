"""Learning curves: the error of every surrogate against the number of its training paths, by family of test paths."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, NullLocator

from hammerscale.errors import InputError
from hammerscale.study.figures.style import COLOURS, draw_into, made_from
from hammerscale.study.tables.evaluations import ALL_FAMILIES, PRESSURE_ONLY
from hammerscale.study.tables.table import read_numbers

NORMS = ("total", "deviatoric")
COLUMNS = ("learned_from", "tested_on", "family", "surrogate", "train_paths", "total_percent")


def draw_learning_curves(table: Path, dataset: str, outputs: Sequence[Path]) -> None:
    """Draw the errors on `dataset` of the models that learned from it, from the table of surrogates."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        errors = read_numbers(table, COLUMNS)
        own = errors[(errors["learned_from"] == dataset) & (errors["tested_on"] == dataset)]
        if own.empty:
            raise InputError(
                f"{table} has no model of data set {dataset} that was tested on it",
                "learning curves show models on the data that they learned from",
                f"choose one of {', '.join(errors['learned_from'].unique())}",
            )
        return learning_curves(own), made_from(table)

    draw_into(outputs, draw)


def learning_curves(errors: pd.DataFrame) -> Figure:
    """Return the figure: a column per family, a row per norm that the data have, a line per surrogate."""
    families = {name: rows for name, rows in errors.groupby("family", sort=False) if name != ALL_FAMILIES}
    norms = [norm for norm in NORMS if errors.get(f"{norm}_percent", pd.Series()).notna().any()]
    figure = Figure(figsize=(1.2 + 2.4 * len(families), 0.9 + 2.4 * len(norms)), layout="constrained")
    grid = figure.subplots(len(norms), len(families), squeeze=False, sharex=True, sharey="row")
    for row, norm in zip(grid, norms, strict=True):
        for axis, rows in zip(row, families.values(), strict=True):
            _draw_panel(axis, rows, f"{norm}_percent")
        row[0].set_ylabel(f"{norm} error [%]")
    for axis, family in zip(grid[0], families, strict=True):
        axis.set_title(family.replace("_", " "))
    for axis in grid[-1]:
        axis.set_xlabel("training paths")
    handles = {
        label: handle for axis in grid.flat for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)
    }
    figure.legend(handles.values(), handles.keys(), ncols=len(handles), loc="outside upper left")
    return figure


def _draw_panel(axis: Axes, errors: pd.DataFrame, column: str) -> None:
    """Draw the mean over seeds of every surrogate as a line, its seeds as dots, the pressure alone as a level."""
    alone = errors["surrogate"] == PRESSURE_ONLY
    models = errors[~alone]
    for i, (surrogate, rows) in enumerate(models.groupby("surrogate", sort=False)):
        means = rows.groupby("train_paths")[column].mean()
        colour = COLOURS[i % len(COLOURS)]
        axis.plot(rows["train_paths"], rows[column], ".", color=colour)
        axis.plot(means.index, means, color=colour, label=surrogate)
    for level in errors.loc[alone, column]:
        axis.axhline(level, color="0.5", linestyle="--", label=PRESSURE_ONLY)
    axis.set_xscale("log")
    axis.set_yscale("log")
    sizes = sorted(models["train_paths"].unique())
    axis.set_xticks(sizes, [f"{size:g}" for size in sizes])
    axis.xaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.yaxis.set_major_formatter("{x:g}")
    axis.yaxis.set_minor_formatter(NullFormatter())
