"""An overview of a data set: one path of each family, its stress, and how much of the stress is deviatoric.

Data of others may have components that are not those of a symmetric tensor; then the deviatoric share is left out.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.arrays import FloatArray
from hammerscale.provenance import of_attributes
from hammerscale.study.figures.dataset_overview import Overview, read_overview
from hammerscale.study.figures.style import COLOURS, draw_into
from hammerscale.units import MEGA

LINES = ("-", "--", ":", "-.")


def draw_dataset(file: Path, outputs: Sequence[Path]) -> None:
    """Draw the overview of the data set in `file` into every output file."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        overview = read_overview(file)
        return overview_figure(overview), of_attributes(overview.attributes)

    draw_into(outputs, draw)


def overview_figure(overview: Overview) -> Figure:
    """Return the figure: a row of two histories for each family, and the shares next to them."""
    count, shares = len(overview.examples), overview.shares
    figure = Figure(figsize=(11.0, 2.1 * max(count, 2)), layout="constrained")
    columns = 2 if shares is None else 3
    grid = figure.add_gridspec(count, columns, width_ratios=[1, 1, 0.9][:columns])
    strain_names, stress_names = overview.strain_components, overview.stress_components
    for row, (family, example) in enumerate(overview.examples.items()):
        axes = [figure.add_subplot(grid[row, column]) for column in range(2)]
        _draw_history(axes[0], overview.time, example.strain, strain_names, f"{family}: {example.strain_label}")
        _draw_history(axes[1], overview.time, example.stress / MEGA, stress_names, "stress [MPa]")
        for axis in axes:
            axis.set_xlabel("normalised time" if row == count - 1 else "")
    figure.legend(*axes[1].get_legend_handles_labels(), ncols=len(stress_names), loc="outside upper left")
    if not overview.shared_axis:
        figure.legend(*axes[0].get_legend_handles_labels(), ncols=len(strain_names), loc="outside lower left")
    figure.align_ylabels()
    if shares is not None:
        _draw_shares(figure.add_subplot(grid[:, 2]), shares)
    return figure


def _draw_history(
    axis: Axes, time: FloatArray, history: FloatArray, components: npt.NDArray[np.str_], label: str
) -> None:
    for i, (values, name) in enumerate(zip(history.T, components, strict=True)):
        # Once the colours are used up, the next round is dashed.
        axis.plot(time, values, LINES[i // len(COLOURS) % len(LINES)], label=name)
    axis.set_ylabel(label)


def _draw_shares(axis: Axes, shares: Mapping[str, FloatArray]) -> None:
    """Draw the distribution of the deviatoric share of each family, one row of dots each."""
    for row, found in enumerate(shares.values()):
        values = found[np.isfinite(found)]
        spread = np.linspace(-0.3, 0.3, values.size) if values.size > 1 else np.zeros(1)
        # As pixels, since an SVG would otherwise grow with the number of paths.
        axis.plot(values, (row + spread)[: values.size], ".", markersize=3, rasterized=True)
    axis.set_yticks(range(len(shares)), list(shares))
    axis.invert_yaxis()
    axis.set_xlabel("deviatoric / total stress norm, one dot per path")
    axis.set_xlim(0.0, 1.02)
