"""Several runs side by side at their ends: parametric panels, and the same deck under several laws."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.figure import Figure

from hammerscale.errors import InputError
from hammerscale.study.claims import difference_in_words
from hammerscale.study.figures.impact_section import (
    FIELDS,
    MICRO,
    Shown,
    draw_section,
    field_range,
    is_flat,
    label_outside,
    limit_view,
)
from hammerscale.study.figures.style import draw_into
from hammerscale.study.impact_run import ImpactRun, read_run

# Letters above a narrow panel.
TITLE_WIDTH = 16
BY_NAME = {shown.name: shown for shown in FIELDS}


def draw_panels(folders: Sequence[Path], outputs: Sequence[Path], field: str = "von_mises") -> None:
    """Draw the last sections of runs, one panel each with one common range of colours, into every output file.

    The title of a panel is what distinguishes the runs: the law, the variation, or both.
    """
    if field not in BY_NAME:
        raise InputError(f"{field!r} is no field of these panels", remedy=f"choose one of {', '.join(BY_NAME)}")

    def draw() -> tuple[Figure, Mapping[str, str]]:
        runs = [read_run(folder) for folder in folders]
        return panels(runs, BY_NAME[field]), runs[0].provenance

    draw_into(outputs, draw)


def panels(runs: Sequence[ImpactRun], shown: Shown) -> Figure:
    """Return a figure with a panel per run, plates in a column and tall bodies in a row."""
    flat = is_flat(runs[0].fields)
    rows, columns = (len(runs), 1) if flat else (1, len(runs))
    size = (7.0, 1.05 * rows + 0.8) if flat else (1.3 * columns + 1.3, 4.6)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(rows, columns, sharex=flat, sharey=not flat, squeeze=False)
    colours = field_range(shown, [shown.scale * run.fields.on_elements(shown.name, -1) for run in runs])
    for run, axis, title in zip(runs, axes.flat, titles(runs), strict=True):
        drawn = draw_section(axis, run.fields, -1, shown, colours)
        limit_view(axis, run.fields)
        axis.set_title(title if flat else fill(title, TITLE_WIDTH), loc="left", fontsize=9)
    ends = np.array([MICRO * run.fields.times[-1] for run in runs])
    label = f"{shown.label} at {ends[0]:.3g} µs" if np.ptp(ends) < 1e-6 * ends[0] else shown.label
    figure.colorbar(drawn, ax=axes, label=label, extend="both" if shown.signed else "max", aspect=30)
    label_outside(axes.tolist())
    return figure


def titles(runs: Sequence[ImpactRun]) -> list[str]:
    """Return what distinguishes runs: laws, what was varied among them, or both; another material than the first's."""
    parameters = list(dict.fromkeys(run.varied for run in runs if run.varied is not None))
    values = [", ".join(run.value(parameter) for parameter in parameters) for run in runs]
    others = [difference_in_words(run.claim, runs[0].claim) for run in runs]
    if len({run.law for run in runs}) == 1 and parameters:
        parts = [[value] for value in values]
    elif len(set(values)) == 1:
        parts = [[run.law] for run in runs]
    else:
        parts = [[run.law, value] for run, value in zip(runs, values, strict=True)]
    return ["\n".join(filter(None, [*part, other])) for part, other in zip(parts, others, strict=True)]
