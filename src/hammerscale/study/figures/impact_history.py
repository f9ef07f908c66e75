"""Histories of several impact runs in one plot: energies, the force at the contact, the balance."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.arrays import FloatArray
from hammerscale.study.figures.impact_panels import titles
from hammerscale.study.figures.style import draw_into
from hammerscale.study.impact_run import ImpactRun, read_run

MICRO, MILLI, KILO, PERCENT = 1e6, 1e3, 1e-3, 100.0
# Forces are mean values over so many parts of a run.
FORCE_INTERVALS = 60


def draw_histories(folders: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Draw the histories of runs into every output file."""

    def draw() -> tuple[Figure, Mapping[str, str]]:
        runs = [read_run(folder) for folder in folders]
        return histories(runs), runs[0].provenance

    draw_into(outputs, draw)


def histories(runs: Sequence[ImpactRun]) -> Figure:
    """Return a figure with kinetic and internal energy, contact force, and the drift of the total energy."""
    figure = Figure(figsize=(8.6, 5.6), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True)
    for run, title in zip(runs, titles(runs), strict=True):
        history = run.history
        time = MICRO * history["time"]
        axes[0, 0].plot(time, MILLI * history["kinetic"], label=title)
        (line,) = axes[0, 1].plot(time, MILLI * history["internal"])
        if np.isfinite(history["plastic"]).all():
            axes[0, 1].plot(time, MILLI * history["plastic"], "--", color=line.get_color())
        axes[1, 0].plot(*contact_force(history))
        (line,) = axes[1, 1].plot(time, PERCENT * energy_drift(history))
        share = history["hourglass"] / np.abs(history["internal"]).max()
        axes[1, 1].plot(time, PERCENT * share, "--", color=line.get_color())
    _name(axes[0, 0], "kinetic energy [mJ]")
    _name(axes[0, 1], "work of the stresses [mJ]\n(dashed: dissipated)")
    _name(axes[1, 0], "contact force [kN]")
    _name(axes[1, 1], "drift of the total energy [%]\n(dashed: hourglass share [%])")
    for axis in axes[1]:
        axis.set_xlabel("time [µs]")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), ncols=min(len(runs), 4), loc="outside upper center")
    return figure


def contact_force(history: Mapping[str, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return times [µs] and the size of the mean force along z [kN] over equal parts of the run."""
    ends = np.linspace(history["time"][0], history["time"][-1], min(FORCE_INTERVALS, history["time"].size) + 1)
    impulse = np.interp(ends, history["time"], history["contact_impulse"])
    return MICRO * 0.5 * (ends[1:] + ends[:-1]), KILO * np.abs(np.diff(impulse) / np.diff(ends))


def energy_drift(history: Mapping[str, FloatArray]) -> FloatArray:
    """Return what the total energy has gained over what there was and came through contacts (n,) [-]."""
    scale = abs(history["total"][0]) + np.abs(history["contact"]).max()
    return (history["total"] - history["total"][0]) / scale


def _name(axis: Axes, label: str) -> None:
    axis.set_ylabel(label)
    axis.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
