"""Causality and isotropy of models, from the curves that `measure-behaviour` wrote."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.study.figures.style import COLOURS, draw_into, made_from
from hammerscale.study.tables.table import read_numbers

COLUMNS = ("model", "probe", "curve", "time", "strain_percent", "stress_mpa")
PARTING = "parting at "


def draw_behaviour(curves: Path, outputs: Sequence[Path]) -> None:
    """Draw the curves in a table into every output file."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        return behaviour_figure(read_numbers(curves, COLUMNS)), made_from(curves)

    draw_into(outputs, draw)


def behaviour_figure(curves: pd.DataFrame) -> Figure:
    """Return the figure: a row per model, a column per probe."""
    models = list(curves.groupby("model", sort=False))
    (parting,) = (probe for probe in curves["probe"].unique() if probe.startswith(PARTING))
    time = parting.removeprefix(PARTING)
    columns = {
        parting: ("time", f"σ11, paths that part at t = {time}", "normalised time"),
        "holding": ("time", "σ11, ramps held from some time on", "normalised time"),
        "turned": ("strain_percent", "tension along turned axes", "strain [%]"),
    }
    figure = Figure(figsize=(11.0, 0.6 + 2.6 * len(models)), layout="constrained")
    grid = figure.subplots(len(models), len(columns), squeeze=False)
    for axes, (name, rows) in zip(grid, models, strict=True):
        for axis, (probe, (horizontal, _, _)) in zip(axes, columns.items(), strict=True):
            _draw_probe(axis, rows[rows["probe"] == probe], horizontal)
        axes[0].axvline(float(time), color="0.5", linestyle="--")
        axes[0].set_ylabel(f"{name}\nstress [MPa]")
    for top, bottom, (_, title, label) in zip(grid[0], grid[-1], columns.values(), strict=True):
        top.set_title(title)
        bottom.set_xlabel(label)
    return figure


def _draw_probe(axis: Axes, rows: pd.DataFrame, horizontal: str) -> None:
    for i, (_, curve) in enumerate(rows.groupby("curve", sort=False)):
        axis.plot(curve[horizontal], curve["stress_mpa"], color=COLOURS[i % len(COLOURS)])
