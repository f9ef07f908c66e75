"""The whole chain in one figure: a strain path, the stress of the grains and of the surrogate, an impact under it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hammerscale.study.figures.impact_section import FIELDS, MICRO, draw_section, field_range, limit_view
from hammerscale.study.figures.style import COLOURS, draw_into
from hammerscale.study.impact_run import ImpactRun, read_run
from hammerscale.study.tables.table import read_numbers
from hammerscale.tensor.voigt import COMPONENTS

VON_MISES = FIELDS[0]
# What `measure-chain` writes: U - I, and deviatoric stresses [MPa] of the unit cell and of the model.
COLUMNS = ("time", *(f"{quantity}_{name}" for quantity in ("strain", "simulated", "learned") for name in COMPONENTS))


def draw_chain(table: Path, run: Path, outputs: Sequence[Path]) -> None:
    """Draw a path with its stresses from a table, and a run, into every output file."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        impact = read_run(run)
        return chain(read_numbers(table, COLUMNS), impact), impact.provenance

    draw_into(outputs, draw)


def chain(path: pd.DataFrame, impact: ImpactRun) -> Figure:
    """Return the figure of one path, the stresses of the unit cell and of a model along it, and an impact."""
    figure = Figure(figsize=(10.0, 3.2), layout="constrained")
    axes = figure.subplots(1, 4, width_ratios=[3.0, 3.0, 3.0, 1.6])
    titles = (
        "1  a strain path, U - I",
        "2  stress of the grains, deviator [MPa]",
        "3  a surrogate (dashed: the grains)",
    )
    for axis, quantity, title in zip(axes, ("strain", "simulated", "learned"), titles, strict=False):
        _draw_components(axis, path, quantity)
        axis.set(title=title, xlabel="time, normalised")
    axes[0].legend(ncols=2, fontsize=7)
    _draw_components(axes[2], path, "simulated", "--", 0.8)
    axes[2].sharey(axes[1])
    _draw_impact(figure, axes[3], impact)
    for axis in axes:
        axis.title.set(fontsize=9)
        axis.xaxis.set_major_locator(MaxNLocator(nbins=2 if axis is axes[3] else 4))
    return figure


def _draw_components(axis: Axes, path: pd.DataFrame, quantity: str, style: str = "-", width: float = 1.4) -> None:
    for name, colour in zip(COMPONENTS, COLOURS, strict=False):
        axis.plot(path["time"], path[f"{quantity}_{name}"], style, color=colour, label=name, linewidth=width)


def _draw_impact(figure: Figure, axis: Axes, impact: ImpactRun) -> None:
    colours = field_range(VON_MISES, [VON_MISES.scale * impact.fields.on_elements(VON_MISES.name, -1)])
    drawn = draw_section(axis, impact.fields, -1, VON_MISES, colours)
    limit_view(axis, impact.fields)
    axis.set(title=f"4  impact, {MICRO * impact.fields.times[-1]:.3g} µs", xlabel="x [mm]", ylabel="z [mm]")
    figure.colorbar(drawn, ax=axis, label=VON_MISES.label, extend="max")
