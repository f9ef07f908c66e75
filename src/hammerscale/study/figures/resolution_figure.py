"""Error against the time resolution of a path, from the table that `measure-resolution` wrote."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.study.figures.style import distinct_colours, draw_into, made_from
from hammerscale.study.tables.table import read_numbers

NORMS = ("total", "deviatoric")
COLUMNS = ("curve", "modes", "steps", "total_percent")


def draw_resolution(table: Path, outputs: Sequence[Path]) -> None:
    """Draw the errors in a table into every output file."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        return resolution_figure(read_numbers(table, COLUMNS)), made_from(table)

    draw_into(outputs, draw)


def resolution_figure(errors: pd.DataFrame) -> Figure:
    """Return the figure: a panel per norm, a line per model, a dashed one per number of modes."""
    norms = [norm for norm in NORMS if errors.get(f"{norm}_percent", pd.Series()).notna().any()]
    figure = Figure(figsize=(1.8 + 3.6 * len(norms), 3.6), layout="constrained")
    grid = figure.subplots(1, len(norms), squeeze=False)[0]
    for axis, norm in zip(grid, norms, strict=True):
        _draw_norm(axis, errors, f"{norm}_percent")
        axis.set_ylabel(f"{norm} error [%]")
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside right upper")
    return figure


def _draw_norm(axis: Axes, errors: pd.DataFrame, column: str) -> None:
    curves = list(errors.groupby(["curve", "modes"], sort=False, dropna=False))
    for ((name, modes), rows), colour in zip(curves, distinct_colours(len(curves)), strict=True):
        style, label = ("-", name) if pd.isna(modes) else ("--", f"PCA alone, {modes:g} modes")
        axis.plot(rows["steps"], rows[column], style, marker=".", color=colour, label=label)
    axis.set_xscale("log")
    axis.set_yscale("log")
    steps = sorted(errors["steps"].unique())
    axis.set_xticks(steps, [f"{one:g}" for one in steps], rotation=45)
    axis.minorticks_off()
    axis.yaxis.set_major_formatter("{x:g}")
    axis.set_xlabel("time steps of the path")
