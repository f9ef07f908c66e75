"""The whole chain in one figure: a strain path, the stress of the grains and of the surrogate, an impact under it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.study.impact_run import ImpactRun, read_run
from hammerscale.study.impact_section import FIELDS, MICRO, draw_section, field_range, limit_view
from hammerscale.study.one_material import dataset_stands, model_stands, require_one_material
from hammerscale.study.style import COLOURS, house_style, require_format, save
from hammerscale.surrogate.data import open_dataset
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.prediction import data_for, predict
from hammerscale.surrogate.surrogate import Histories
from hammerscale.tensor.voigt import COMPONENTS, IDENTITY, deviator
from hammerscale.units import MEGA

RANDOM_WALK = "random_walk"
VON_MISES = FIELDS[0]


def draw_chain(dataset: Path, model: Path, run: Path, outputs: Sequence[Path]) -> None:
    """Draw a test path of a data set, the stress that a model answers to it, and a run under that model."""
    for output in outputs:
        require_format(output)
    path = _first_test_path(dataset)
    loaded = load_model(model)
    path = data_for(loaded, path)
    learned = predict(loaded, path)
    impact = read_run(run)
    require_one_material([dataset_stands(dataset), model_stands(model), impact.stands])
    with house_style():
        figure = chain(path, learned, impact)
        for output in outputs:
            save(figure, output, impact.provenance)


def chain(path: Histories, learned: FloatArray, impact: ImpactRun) -> Figure:
    """Return the figure of one path (1, t, 6), the stress (1, t, 6) [Pa] that was learned for it, and an impact."""
    figure = Figure(figsize=(10.0, 3.2), layout="constrained")
    axes = figure.subplots(1, 4, width_ratios=[3.0, 3.0, 3.0, 1.6])
    _draw_components(axes[0], path.times, path.stretch[0] - IDENTITY)
    axes[0].set(title="1  a strain path, U - I", xlabel="time, normalised")
    axes[0].legend(ncols=2, fontsize=7)
    simulated, predicted = (deviator(stress[0]) / MEGA for stress in (path.stress, learned))
    _draw_components(axes[1], path.times, simulated)
    axes[1].set(title="2  the grains answer, deviator [MPa]", xlabel="time, normalised")
    _draw_components(axes[2], path.times, predicted)
    axes[2].set(title="3  a surrogate (dashed: the grains)", xlabel="time, normalised")
    for column, colour in zip(simulated.T, COLOURS, strict=False):
        axes[2].plot(path.times, column, color=colour, linestyle="--", linewidth=0.8)
    axes[2].sharey(axes[1])
    _draw_impact(figure, axes[3], impact)
    for axis in axes:
        axis.title.set(fontsize=9)
        axis.xaxis.set_major_locator(MaxNLocator(nbins=2 if axis is axes[3] else 4))
    return figure


def _draw_components(axis: Axes, times: FloatArray, values: FloatArray) -> None:
    for name, column, colour in zip(COMPONENTS, values.T, COLOURS, strict=False):
        axis.plot(times, column, color=colour, label=name)


def _draw_impact(figure: Figure, axis: Axes, impact: ImpactRun) -> None:
    colours = field_range(VON_MISES, [VON_MISES.scale * impact.fields.on_elements(VON_MISES.name, -1)])
    drawn = draw_section(axis, impact.fields, -1, VON_MISES, colours)
    limit_view(axis, impact.fields)
    axis.set(title=f"4  impact, {MICRO * impact.fields.times[-1]:.3g} µs", xlabel="x [mm]", ylabel="z [mm]")
    figure.colorbar(drawn, ax=axis, label=VON_MISES.label, extend="max")


def _first_test_path(file: Path) -> Histories:
    """Return the first random walk among the test paths, or the first test path of any family."""
    data = open_dataset(file)
    rows = data.rows("test", (RANDOM_WALK,))
    rows = rows if rows.size else data.rows("test")
    if not rows.size:
        raise InputError(f"{file} has no test paths", "the figure shows what a surrogate has not seen")
    path = data.histories(np.asarray(rows[:1]))
    if not path.signature.is_lawful:
        raise InputError(
            f"{file} does not hold the stretch and the Cauchy stress in three dimensions",
            "the figure draws their six components",
            "give the data set of a unit cell in three dimensions",
        )
    return path
