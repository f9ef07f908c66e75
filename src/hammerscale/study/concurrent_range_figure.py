"""Which strain paths the points of a body follow beside those of the training, and where points leave the range."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure, SubFigure

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.study.concurrent_learning import Learned
from hammerscale.study.concurrent_paths import StrainPaths, paths_of_points, tensor_norm
from hammerscale.study.concurrent_range import TrainingRange
from hammerscale.study.impact_panels import TITLE_WIDTH
from hammerscale.study.impact_run import ImpactRun, read_run
from hammerscale.study.impact_section import MICRO, draw_values, is_flat, label_outside, limit_view
from hammerscale.study.one_material import require_one_material
from hammerscale.study.style import distinct_colours, house_style, require_format, save
from hammerscale.surrogate.data import dataset_name
from hammerscale.tensor.voigt import deviator

# Of points, or of paths: half of them, all but a hundredth, and all have at most so much.
QUANTILES = {0.5: ":", 0.99: "--", 1.0: "-"}
# In the plane of strains: so many points of the body, and paths of the training at all times.
SHOWN_POINTS, SHOWN_PATHS = 3000, 300
INSIDE_AND_BEYOND = "RdBu_r"
FULL_COLOUR = 2.0


class Cloud(NamedTuple):
    """Paths as they are shown.

    Attributes
    ----------
    label, colour : of all its lines and dots
    paths : the paths
    shown : how many of them are dots in the plane of strains
    """

    label: str
    colour: str
    paths: StrainPaths
    shown: int


def draw_range(
    reference: Path,
    runs: Sequence[Path],
    learned: Mapping[str, Learned],
    outputs: Sequence[Path],
    different_materials: bool = False,
) -> None:
    """Draw into every output file what the points of the run `reference` went through, beside all training paths.

    Below it stand the sections of the reference, against the data of the first surrogate, and of the runs under
    surrogates, `learned` by the names of their folders, each against its own. Those of
    different materials or microstructures are refused unless `different_materials` says that it is meant.
    """
    for output in outputs:
        require_format(output)
    surrogates = [run for run in runs if run.name in learned]
    if not surrogates:
        raise InputError(
            "none of the runs is under a surrogate",
            "the range is that of the paths that a surrogate was trained on",
            "name the runs, and with --model and --dataset what their laws learned from",
        )
    truth = read_run(reference)
    panels = [(truth, learned[surrogates[0].name]), *((read_run(run), learned[run.name]) for run in surrogates)]
    require_one_material(
        [*(run.stands for run, _ in panels), *(one.stands for one in learned.values())], different_materials
    )
    with house_style():
        figure = range_figure(truth, panels, {one.dataset: one for one in learned.values()})
        for output in outputs:
            save(figure, output, truth.provenance)


def range_figure(truth: ImpactRun, panels: Sequence[tuple[ImpactRun, Learned]], data: Mapping[Path, Learned]) -> Figure:
    """Return the figure: strain and pace over time and the plane of strains above, a section per panel below."""
    flat = is_flat(truth.fields)
    below = 1.05 * len(panels) + 0.8 if flat else 4.2
    figure = Figure(figsize=(10.0, 3.4 + below), layout="constrained")
    grid = figure.add_gridspec(2, 1, height_ratios=[3.4, below])
    above, sections = (figure.add_subfigure(grid[k]) for k in range(2))
    draw_paths(above, clouds(truth, data))
    _sections(sections, panels, flat)
    return figure


def clouds(truth: ImpactRun, data: Mapping[Path, Learned]) -> list[Cloud]:
    """Return the paths of the body's points, and of every family in the training of each data set."""
    points = paths_of_points(truth.fields)
    families = {
        (dataset_name(file), family): paths
        for file, one in data.items()
        for family, paths in one.training_paths(points.times_s).items()
    }
    found = [Cloud(f"points, {truth.law}", "black", points, SHOWN_POINTS)]
    for (name, family), colour in zip(families, distinct_colours(len(families)), strict=True):
        label = f"training, {name}: {family}".replace("_", " ")
        found.append(Cloud(label, colour, families[name, family], SHOWN_PATHS))
    return found


def draw_paths(figure: Figure | SubFigure, shown: Sequence[Cloud]) -> None:
    """Draw quantiles of |log U| and of its rate over time, and the plane of volumetric and deviatoric strain."""
    size, pace, plane = figure.subplots(1, 3)
    # What moves a lot lies below what moves little.
    for cloud in reversed(shown):
        times = MICRO * cloud.paths.times_s
        _quantiles(size, times, cloud.paths.size(), cloud)
        _quantiles(pace, 0.5 * (times[1:] + times[:-1]), cloud.paths.pace(), cloud)
        chosen = cloud.paths.strain[:: -(-len(cloud.paths.strain) // cloud.shown), 1:].reshape(-1, 6)
        plane.plot(
            chosen[:, :3].sum(axis=1), tensor_norm(deviator(chosen)), ".", color=cloud.colour, markersize=1.2,
            alpha=0.5, rasterized=True,
        )  # fmt: skip
    size.set(xlabel="time [µs]", ylabel="strain |log U|")
    pace.set(xlabel="time [µs]", ylabel="strain rate [1/s]", yscale="log")
    # Points at rest are on no logarithmic axis; their waves of round-off would be.
    pace.set_ylim(bottom=1e-4 * max(float(cloud.paths.pace().max()) for cloud in shown))
    plane.set(xlabel="volumetric strain tr log U", ylabel="deviatoric strain |dev log U|")
    handles = [size.plot([], color=cloud.colour, label=cloud.label)[0] for cloud in shown]
    handles += [size.plot([], style, color="0.5", label=_share(part))[0] for part, style in QUANTILES.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=min(len(handles), 5))


def _share(part: float) -> str:
    return "largest of all" if part == 1.0 else f"{100.0 * part:.0f} % have less"


def _quantiles(axis: Axes, times: FloatArray, values: FloatArray, cloud: Cloud) -> None:
    for part, style in QUANTILES.items():
        axis.plot(times, np.quantile(values, part, axis=0), style, color=cloud.colour)


def _sections(figure: Figure | SubFigure, panels: Sequence[tuple[ImpactRun, Learned]], flat: bool) -> None:
    """Draw the last section of every run, coloured by how far its points went in the range of the training."""
    shape = (len(panels), 1) if flat else (1, len(panels))
    axes = figure.subplots(*shape, sharex=flat, sharey=not flat, squeeze=False)
    colours = TwoSlopeNorm(1.0, 0.0, FULL_COLOUR)
    for (run, learned), axis in zip(panels, axes.flat, strict=True):
        paths = paths_of_points(run.fields)
        known = TrainingRange.of(learned.training_paths(paths.times_s).values())
        reach = np.maximum(known.strain_reach(paths), known.pace_reach(paths))
        drawn = draw_values(axis, run.fields, -1, reach, colours, INSIDE_AND_BEYOND)
        limit_view(axis, run.fields)
        title = f"{run.law}: {100.0 * float((reach > 1.0).mean()):.2g} % beyond"
        axis.set_title(title if flat else fill(title, TITLE_WIDTH), loc="left", fontsize=9)
    label = "largest strain or pace\nover that of the training"
    figure.colorbar(drawn, ax=axes, label=label, extend="max", aspect=30, ticks=[0.0, 0.5, 1.0, 1.5, 2.0])
    label_outside(axes.tolist())
