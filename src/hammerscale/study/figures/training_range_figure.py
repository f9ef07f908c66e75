"""Strain paths of a body next to those of the training, and where points leave the range of the training.

The numbers are those of the tables that `measure-training-range` wrote.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure, SubFigure

from hammerscale.errors import InputError
from hammerscale.study.figures.impact_panels import TITLE_WIDTH
from hammerscale.study.figures.impact_section import draw_values, is_flat, label_outside, limit_view
from hammerscale.study.figures.style import distinct_colours, draw_into, made_from
from hammerscale.study.impact_run import ImpactRun, read_run
from hammerscale.study.tables.table import read_numbers

STYLES = {0.5: ":", 0.99: "--", 1.0: "-"}
INSIDE_AND_BEYOND = "RdBu_r"
FULL_COLOUR = 2.0


class RangeTables(NamedTuple):
    """What was measured: over time, in the plane of strains, and by element of every run."""

    paths: pd.DataFrame
    plane: pd.DataFrame
    reach: pd.DataFrame


def draw_range(folder: Path, runs: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Draw the tables in `folder`, and sections of those `runs` that they name, into every output file."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        tables = read_range(folder)
        measured = set(tables.reach["run"])
        shown = [read_run(run) for run in runs if run.name in measured]
        if not shown:
            raise InputError(
                f"none of the runs stands in {folder / 'reach.csv'}",
                "the figure shows their sections",
                f"name the folders of {', '.join(sorted(measured))}",
            )
        return range_figure(tables, shown), made_from(*(folder / f"{name}.csv" for name in RangeTables._fields))

    draw_into(outputs, draw)


def read_range(folder: Path) -> RangeTables:
    """Return the tables that `measure-training-range` wrote into a folder."""
    return RangeTables(
        read_numbers(folder / "paths.csv", ("paths", "quantity", "quantile", "time_us", "value")),
        read_numbers(folder / "plane.csv", ("paths", "volumetric", "deviatoric")),
        read_numbers(folder / "reach.csv", ("run", "element", "strain_reach", "pace_reach")),
    )


def range_figure(tables: RangeTables, runs: Sequence[ImpactRun]) -> Figure:
    """Return the figure: strain and pace over time and the plane of strains above, a section per run below."""
    flat = is_flat(runs[0].fields)
    below = 1.05 * len(runs) + 0.8 if flat else 4.2
    figure = Figure(figsize=(10.0, 3.4 + below), layout="constrained")
    grid = figure.add_gridspec(2, 1, height_ratios=[3.4, below])
    above, sections = (figure.add_subfigure(grid[k]) for k in range(2))
    _draw_paths(above, tables)
    _draw_sections(sections, tables.reach, runs, flat)
    return figure


def _draw_paths(figure: SubFigure, tables: RangeTables) -> None:
    """Draw quantiles of |log U| and of its rate over time, and the plane of volumetric and deviatoric strain."""
    size, pace, plane = figure.subplots(1, 3)
    labels = tables.paths["paths"].unique()
    colours = dict(zip(labels, ["black", *distinct_colours(len(labels) - 1)], strict=True))
    # What moves a lot lies below what moves little.
    for label in reversed(labels):
        rows = tables.paths[tables.paths["paths"] == label]
        for (quantity, quantile), curve in rows.groupby(["quantity", "quantile"]):
            axis = size if quantity == "strain" else pace
            axis.plot(curve["time_us"], curve["value"], STYLES[quantile], color=colours[label])
        dots = tables.plane[tables.plane["paths"] == label]
        plane.plot(
            dots["volumetric"], dots["deviatoric"], ".", color=colours[label], markersize=1.2, alpha=0.5,
            rasterized=True,
        )  # fmt: skip
    size.set(xlabel="time [µs]", ylabel="strain |log U|")
    pace.set(xlabel="time [µs]", ylabel="strain rate [1/s]", yscale="log")
    # A logarithmic axis would show the round-off of points at rest.
    pace.set_ylim(bottom=1e-4 * tables.paths.loc[tables.paths["quantity"] == "pace", "value"].max())
    plane.set(xlabel="volumetric strain tr log U", ylabel="deviatoric strain |dev log U|")
    handles = [size.plot([], color=colour, label=label)[0] for label, colour in colours.items()]
    handles += [size.plot([], style, color="0.5", label=_share(part))[0] for part, style in STYLES.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=min(len(handles), 5))


def _share(part: float) -> str:
    return "largest of all" if part == 1.0 else f"{100.0 * part:.0f} % have less"


def _draw_sections(figure: SubFigure, reach: pd.DataFrame, runs: Sequence[ImpactRun], flat: bool) -> None:
    """Draw the last section of every run, coloured by how far its points went in the range of the training."""
    shape = (len(runs), 1) if flat else (1, len(runs))
    axes = figure.subplots(*shape, sharex=flat, sharey=not flat, squeeze=False)
    colours = TwoSlopeNorm(1.0, 0.0, FULL_COLOUR)
    for run, axis in zip(runs, axes.flat, strict=True):
        rows = reach[reach["run"] == run.folder.name].sort_values("element")
        farthest = rows[["strain_reach", "pace_reach"]].max(axis=1).to_numpy()
        drawn = draw_values(axis, run.fields, -1, farthest, colours, INSIDE_AND_BEYOND)
        limit_view(axis, run.fields)
        title = f"{run.law}: {100.0 * float(np.mean(farthest > 1.0)):.2g} % beyond"
        axis.set_title(title if flat else fill(title, TITLE_WIDTH), loc="left", fontsize=9)
    label = "largest strain or pace\nover that of the training"
    figure.colorbar(drawn, ax=axes, label=label, extend="max", aspect=30, ticks=[0.0, 0.5, 1.0, 1.5, 2.0])
    label_outside(axes.tolist())
