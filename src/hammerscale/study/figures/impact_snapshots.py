"""One impact run at several times: three fields on its axial section, and the whole body at the end."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from hammerscale.study.figures.impact_section import (
    FIELDS,
    MICRO,
    draw_section,
    field_range,
    is_flat,
    label_outside,
    limit_view,
)
from hammerscale.study.figures.impact_view import draw_view
from hammerscale.study.figures.style import draw_into
from hammerscale.study.impact_run import ImpactRun, read_run

SNAPSHOTS = 5
# Room for the body [inches], and where it and its colour bar stand there.
VIEW = 3.0
BESIDE_VIEW = (0.1, 0.0, 0.7, 1.0), (0.8, 0.15, 0.012, 0.7), "vertical"
BELOW_VIEW = (0.0, 0.1, 1.0, 0.9), (0.2, 0.07, 0.6, 0.012), "horizontal"


def draw_snapshots(folder: Path, outputs: Sequence[Path]) -> None:
    """Draw three fields of a run at several times, and its body at the end, into every output file."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        run = read_run(folder)
        frames = np.unique(np.linspace(0, len(run.fields.times) - 1, SNAPSHOTS + 1).round().astype(int))[1:]
        return snapshots(run, frames.tolist()), run.provenance

    draw_into(outputs, draw)


def snapshots(run: ImpactRun, frames: Sequence[int]) -> Figure:
    """Return a figure with the body next to (tall bodies) or above (plates) its sections."""
    flat = is_flat(run.fields)
    size = (11.0, 0.95 * len(frames) + 1.0) if flat else (len(frames) + 1.7, 9.0)
    figure = Figure(figsize=(size[0], size[1] + VIEW) if flat else (size[0] + VIEW, size[1]), layout="constrained")
    parts = [VIEW, size[1]] if flat else [VIEW, size[0]]
    grid = figure.add_gridspec(2, 1, height_ratios=parts) if flat else figure.add_gridspec(1, 2, width_ratios=parts)
    view, sections = (figure.add_subfigure(grid[k]) for k in range(2))
    _body(view, run, frames[-1])
    _sections(sections, run, frames)
    return figure


def _body(figure: SubFigure, run: ImpactRun, frame: int) -> None:
    """Draw the body of a frame, coloured by the first field."""
    place, bar, orientation = BESIDE_VIEW if is_flat(run.fields) else BELOW_VIEW
    axis, shown = figure.add_axes(place, projection="3d"), FIELDS[0]
    colours = field_range(shown, [shown.scale * run.fields.on_elements(shown.name, frame)])
    drawn = draw_view(axis, run.fields, frame, shown, colours)
    label = f"{shown.label} at {MICRO * run.fields.times[frame]:.2g} µs"
    figure.colorbar(drawn, cax=figure.add_axes(bar), label=label, orientation=orientation, extend="max")


def _sections(figure: SubFigure, run: ImpactRun, frames: Sequence[int]) -> None:
    """Draw a field per row (tall bodies) or per column (plates) and a time on the other side."""
    flat, fields = is_flat(run.fields), run.fields
    rows, columns = (len(frames), len(FIELDS)) if flat else (len(FIELDS), len(frames))
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    grid = axes.T if flat else axes
    for shown, line in zip(FIELDS, grid, strict=True):
        values = np.stack([fields.on_elements(shown.name, frame) for frame in frames])
        colours = field_range(shown, [shown.scale * values])
        for frame, axis in zip(frames, line, strict=True):
            drawn = draw_section(axis, fields, frame, shown, colours)
            limit_view(axis, fields)
        side, beyond = "top" if flat else "right", "both" if shown.signed else "max"
        ticks = MaxNLocator(5)
        figure.colorbar(drawn, ax=list(line), label=shown.label, location=side, extend=beyond, shrink=0.9, ticks=ticks)
    for frame, axis in zip(frames, grid[0], strict=True):
        axis.set_title(f"{MICRO * fields.times[frame]:.2g} µs", loc="left", fontsize=9)
    label_outside(axes.tolist())
