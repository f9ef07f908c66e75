"""Cost against accuracy, from the table that `measure-cost` wrote."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.study.figures.style import COLOURS, distinct_colours, draw_into, made_from
from hammerscale.study.tables.table import read_numbers

COST, ERROR = "ns_per_point_step", "deviatoric_percent"
COLUMNS = ("model", "group", "grains", ERROR, COST, "batch")
GRAINS = "fewer grains"
MARKERS = {"baseline": "s", "surrogate": "o"}


def draw_cost(table: Path, outputs: Sequence[Path]) -> None:
    """Draw the costs and errors in a table into every output file."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        return cost_figure(read_numbers(table, COLUMNS)), made_from(table)

    draw_into(outputs, draw)


def cost_figure(measured: pd.DataFrame) -> Figure:
    """Return the figure: deviatoric error against cost; the REV with fewer grains is the line to be beaten."""
    figure = Figure(figsize=(8.0, 4.4), layout="constrained")
    axis = figure.subplots()
    of_grains = measured["group"] == GRAINS
    _draw_grains(axis, measured[of_grains])
    others = measured[~of_grains]
    # Black is the line's.
    for (_, row), colour in zip(others.iterrows(), distinct_colours(len(others)), strict=True):
        axis.plot(row[COST], row[ERROR], MARKERS[row["group"]], color=colour, label=row["model"])
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter("{x:g}")
    axis.set_xlabel(f"cost [ns of one core per point and step], batch of {others['batch'].max():g}")
    axis.set_ylabel("deviatoric error [%], mean over test paths")
    figure.legend(loc="outside right upper")
    return figure


def _draw_grains(axis: Axes, measured: pd.DataFrame) -> None:
    """Draw every subset as a dot, the means over subsets as a line, all grains as the cost of the reference."""
    largest = measured["grains"].max()
    whole = measured["grains"] == largest
    subsets = measured[~whole]
    if len(subsets):
        means = subsets.groupby("grains")[[COST, ERROR]].mean()
        axis.plot(subsets[COST], subsets[ERROR], ".", color="0.6", markersize=4)
        axis.plot(means[COST], means[ERROR], "-", color=COLOURS[-1], label="REV with fewer grains")
        for size, mean in zip(means.index, means.to_numpy(), strict=True):
            axis.annotate(f"{size:g}", mean, xytext=(4, 4), textcoords="offset points")
    cost = measured.loc[whole, COST].iloc[0]
    axis.axvline(cost, color="0.5", linestyle="--", label=f"REV, all {largest:g} grains (reference)")
