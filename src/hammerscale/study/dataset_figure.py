"""An overview of a data set: one path of each family, its stress, and how much of the stress is deviatoric."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.errors import InputError
from hammerscale.store.netcdf import read_netcdf
from hammerscale.study.style import house_style, save
from hammerscale.tensor.voigt import COMPONENTS, NORM_WEIGHTS, FloatArray

MEGA = 1e6
NEEDED = ["time", "component", "family", "stretch", "stress"]


def draw_dataset(file: Path, outputs: Sequence[Path]) -> None:
    """Draw the overview of the data set in `file` into every output file."""
    data = {name: variable.data for name, variable in read_netcdf(file, names=NEEDED).variables.items()}
    stress = data["stress"].astype(np.float64)
    stretch, time = data["stretch"].astype(np.float64), data["time"].astype(np.float64)
    complete = np.array(np.isfinite(stress).all(axis=(1, 2)))
    if not complete.any():
        raise InputError(f"{file} holds no simulation that converged", remedy="there is nothing to draw")
    families, labels = data["family"].astype(str), data["component"].astype(str)
    shown = {name: int(np.flatnonzero(complete & (families == name))[0]) for name in _families(families, complete)}
    with house_style():
        figure = Figure(figsize=(11.0, 2.1 * max(len(shown), 2)), layout="constrained")
        grid = figure.add_gridspec(len(shown), 3, width_ratios=[1, 1, 0.9])
        for row, (name, path) in enumerate(shown.items()):
            axes = [figure.add_subplot(grid[row, column]) for column in range(2)]
            _draw_history(axes[0], time, stretch[path] - _rest(labels), labels, f"{name}: U - I")
            _draw_history(axes[1], time, stress[path] / MEGA, labels, "stress [MPa]")
            for axis in axes:
                axis.set_xlabel("normalised time" if row == len(shown) - 1 else "")
        figure.legend(*axes[1].get_legend_handles_labels(), ncols=len(labels), loc="outside upper left")
        _draw_shares(figure.add_subplot(grid[:, 2]), deviatoric_share(stress, labels), families, list(shown))
        for output in outputs:
            save(figure, output)


def deviatoric_share(stress: FloatArray, components: npt.NDArray[np.str_]) -> FloatArray:
    """Return, per path, the norm of the deviatoric stress over that of the stress (n,); both over time, shears twice.

    Data in the plane (three components) do not hold the whole tensor; there the in-plane deviator is meant.
    """
    weights = NORM_WEIGHTS[[COMPONENTS.index(name) for name in components]]
    normal = weights == 1.0
    deviator = stress - stress[..., normal].mean(axis=-1, keepdims=True) * normal
    total = np.sqrt((weights * stress**2).sum(axis=(1, 2)))
    with np.errstate(invalid="ignore"):
        return np.sqrt((weights * deviator**2).sum(axis=(1, 2))) / total


def _families(families: npt.NDArray[np.str_], complete: npt.NDArray[np.bool_]) -> list[str]:
    """Return the families with a complete path, in the order of the data set."""
    return list(dict.fromkeys(families[complete].tolist()))


def _rest(components: npt.NDArray[np.str_]) -> FloatArray:
    """Return the components of the undeformed stretch."""
    return np.array([float(name[0] == name[1]) for name in components])


def _draw_history(
    axis: Axes, time: FloatArray, history: FloatArray, components: npt.NDArray[np.str_], label: str
) -> None:
    for values, name in zip(history.T, components, strict=True):
        axis.plot(time, values, label=name)
    axis.set_ylabel(label)


def _draw_shares(axis: Axes, shares: FloatArray, families: npt.NDArray[np.str_], shown: Sequence[str]) -> None:
    """Draw the distribution of the deviatoric share of each family, one row of dots each."""
    for row, name in enumerate(shown):
        values = shares[(families == name) & np.isfinite(shares)]
        spread = np.linspace(-0.3, 0.3, values.size) if values.size > 1 else np.zeros(1)
        axis.plot(values, row + spread, ".", markersize=3)
    axis.set_yticks(range(len(shown)), shown)
    axis.invert_yaxis()
    axis.set_xlabel("deviatoric / total stress norm, one dot per path")
    axis.set_xlim(0.0, 1.02)
