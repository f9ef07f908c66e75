"""Learning curves: the error of every surrogate against the number of its training paths, by family of test paths."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, NullLocator

from hammerscale.config.hashes import digest
from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.study.evaluations import PRESSURE_ONLY, Evaluation, families_of, read_evaluations
from hammerscale.study.style import COLOURS, house_style, require_format, save

NORMS = ("total", "deviatoric")
PERCENT = 100.0


def draw_learning_curves(files: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Draw what `evaluate` wrote to `files` into every output; tests on other data sets are left out."""
    for output in outputs:
        require_format(output)
    own = [one for one in read_evaluations(files) if one.tested_on == one.learned_from]
    if not own:
        raise InputError(
            "none of these tables is of a model on the data set that it learned from", remedy="evaluate a model on it"
        )
    seeds = {f"{one.surrogate} {one.train_paths}": one.seed for one in own}
    made_by = collect(digest([one.errors for one in own]), seeds).attributes()
    with house_style():
        figure = learning_curves(own)
        for output in outputs:
            save(figure, output, made_by)


def learning_curves(evaluations: Sequence[Evaluation]) -> Figure:
    """Return the figure: a column per family, a row per norm that the data have, a line per surrogate."""
    families = families_of(evaluations)
    norms = [norm for norm in NORMS if any(norm in one.errors for one in evaluations)]
    figure = Figure(figsize=(1.2 + 2.4 * len(families), 0.9 + 2.4 * len(norms)), layout="constrained")
    grid = figure.subplots(len(norms), len(families), squeeze=False, sharex=True, sharey="row")
    for row, norm in zip(grid, norms, strict=True):
        for axis, family in zip(row, families, strict=True):
            _draw_panel(axis, [one for one in evaluations if family in one.families], norm, family)
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


def _draw_panel(axis: Axes, evaluations: Sequence[Evaluation], norm: str, family: str) -> None:
    """Draw the mean over seeds of every surrogate as a line, its seeds as dots, the pressure alone as a level."""
    for i, surrogate in enumerate(dict.fromkeys(one.surrogate for one in evaluations)):
        points = [(one.train_paths, one.of_family(family)[norm]) for one in evaluations if one.surrogate == surrogate]
        sizes = sorted({size for size, _ in points})
        means = [np.mean([error for size, error in points if size == wanted]) for wanted in sizes]
        colour = COLOURS[i % len(COLOURS)]
        axis.plot(*np.array(points).T * [[1.0], [PERCENT]], ".", color=colour)
        axis.plot(sizes, PERCENT * np.array(means), color=colour, label=surrogate)
    levels = {PERCENT * one.pressure_only(family)[norm] for one in evaluations if one.pressure_only(family)}
    for level in sorted(levels)[:1]:
        axis.axhline(level, color="0.5", linestyle="--", label=PRESSURE_ONLY)
    axis.set_xscale("log")
    axis.set_yscale("log")
    sizes = sorted({one.train_paths for one in evaluations})
    axis.set_xticks(sizes, [str(size) for size in sizes])
    axis.xaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.yaxis.set_major_formatter("{x:g}")
    axis.yaxis.set_minor_formatter(NullFormatter())
