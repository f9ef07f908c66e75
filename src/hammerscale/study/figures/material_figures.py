"""Figures that explain the material model, from the tables that `measure-model` wrote."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.study.figures.style import draw_into, made_from
from hammerscale.study.tables.table import read_numbers


def draw_model(folder: Path, output: Path) -> list[Path]:
    """Draw every figure of the tables in `folder` into the folder `output` as SVG and PNG, and return the files."""
    files = []
    for name, (tables, draw) in FIGURES.items():
        sources = [folder / table for table in tables]
        files += [output / f"{name}.{kind}" for kind in ("svg", "png")]
        draw_into(files[-2:], partial(_drawn, draw, sources))
    return files


def _drawn(draw: Callable[..., Figure], sources: Sequence[Path]) -> tuple[Figure, Mapping[str, str]]:
    return draw(*(read_numbers(source, ()) for source in sources)), made_from(*sources)


def single_crystals_figure(curves: pd.DataFrame, mechanisms: pd.DataFrame) -> Figure:
    """Return stress and slip of crystals in which one mechanism after the other is favoured."""
    figure = Figure(figsize=(10.0, 4.0), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_curves(left, curves, "crystal", "stress_mpa")
    _label(left, "strain f - 1 [%]", "|σ11| [MPa]")
    left.legend()
    below = np.zeros(mechanisms["crystal"].nunique())
    for name, rows in mechanisms.groupby("mechanism", sort=False):
        labels = [crystal.split(":")[0] for crystal in rows["crystal"]]
        right.barh(labels, rows["shear"], left=below, label=name)
        below += rows["shear"].to_numpy()
    right.invert_yaxis()
    _label(right, "accumulated shear at 10 %, summed over systems", "")
    right.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.4, 1.0))
    return figure


def twinning_figure(curves: pd.DataFrame) -> Figure:
    """Return twin fraction against strain: single crystals by the angle of their c axis, and polycrystals."""
    figure = Figure(figsize=(10.0, 3.8), layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    for axis, kind in zip(axes, ("single crystal", "polycrystal"), strict=True):
        _draw_curves(axis, curves[curves["material"] == kind], "label", "twin_fraction")
        _label(axis, "strain f - 1 [%]", "twin fraction Λ" if axis is axes[0] else "")
    axes[0].legend(title="c axis from the load")
    axes[1].legend()
    return figure


def asymmetry_figure(curves: pd.DataFrame) -> Figure:
    """Return tension against compression, a panel per texture."""
    figure = Figure(figsize=(10.0, 3.8), layout="constrained")
    textures = list(curves.groupby("texture", sort=False))
    axes = figure.subplots(1, len(textures), sharey=True)
    for axis, (texture, rows) in zip(axes, textures, strict=True):
        _draw_curves(axis, rows, "direction", "stress_mpa")
        axis.set_title(texture)
        _label(axis, "strain |f - 1| [%]", "|σ11| [MPa]" if axis is axes[0] else "")
    axes[0].legend()
    return figure


def plane_cell_figure(curve: pd.DataFrame, fields: pd.DataFrame) -> Figure:
    """Return the 16-grain cell: its stress-strain curve, the grains, and the bands in which it deforms at 10 %."""
    figure = Figure(figsize=(12.0, 3.6), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    left.plot(curve["strain_percent"], curve["stress_mpa"])
    _label(left, "strain f - 1 [%]", "σ11 [MPa]")
    for axis, name, label, colours in (
        (middle, "angle_deg", "angle of the axes θ [°]", "twilight"),
        (right, "strain", "|F - I| at 10 % strain", "viridis"),
    ):
        image = fields.pivot(index="row", columns="column", values=name).to_numpy()
        drawn = axis.imshow(image, origin="lower", extent=(0, 1, 0, 1), cmap=colours, interpolation="nearest")
        figure.colorbar(drawn, ax=axis, label=label)
        axis.grid(visible=False)
        _label(axis, "x1", "x2")
    return figure


def _draw_curves(axis: Axes, curves: pd.DataFrame, label: str, vertical: str) -> None:
    for name, rows in curves.groupby(label, sort=False):
        axis.plot(rows["strain_percent"], rows[vertical], label=name)


def _label(axis: Axes, horizontal: str, vertical: str) -> None:
    axis.set_xlabel(horizontal)
    axis.set_ylabel(vertical)


# By the name of the figure: the tables that it shows, and what draws them.
FIGURES: dict[str, tuple[tuple[str, ...], Callable[..., Figure]]] = {
    "single_crystals": (("single_crystals.csv", "mechanisms.csv"), single_crystals_figure),
    "twinning": (("twinning.csv",), twinning_figure),
    "asymmetry": (("asymmetry.csv",), asymmetry_figure),
    "plane_cell": (("plane_curve.csv", "plane_fields.csv"), plane_cell_figure),
}
