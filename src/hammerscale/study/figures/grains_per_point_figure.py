"""Cost of a point by its number of grains, from the table that `measure-grains-per-point` wrote."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from hammerscale.study.figures.style import draw_into, made_from
from hammerscale.study.tables.table import read_numbers

COLUMNS = ("law", "grains", "us_per_point_step")


def draw_grains(table: Path, outputs: Sequence[Path]) -> None:
    """Draw the costs in a table into every output file."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        return grains_figure(read_numbers(table, COLUMNS)), made_from(table)

    draw_into(outputs, draw)


def grains_figure(costs: pd.DataFrame) -> Figure:
    """Return the figure: a line over the number of grains, a level line for every surrogate."""
    figure = Figure(figsize=(5.6, 3.8), layout="constrained")
    axis = figure.subplots()
    polycrystal = costs[costs["grains"].notna()]
    axis.loglog(polycrystal["grains"], polycrystal["us_per_point_step"], "o-", label="polycrystal")
    others = costs[costs["grains"].isna()]
    for number, (law, cost) in enumerate(zip(others["law"], others["us_per_point_step"], strict=True), start=1):
        axis.axhline(cost, color=f"C{number}", linestyle="--", label=law)
    axis.set_xlabel("grains per point")
    axis.set_ylabel("CPU time per point and step [µs]")
    axis.legend()
    return figure
