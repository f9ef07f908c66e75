"""An overview of a data set: one path of each family, its stress, and how much of the stress is deviatoric.

Data of others may have components that are not those of a symmetric tensor; then the deviatoric share is left out.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hammerscale.errors import InputError
from hammerscale.store.netcdf import read_netcdf, variable_names
from hammerscale.store.variable import Variable
from hammerscale.study.style import COLOURS, house_style, of_attributes, require_format, save
from hammerscale.tensor.voigt import COMPONENTS, NORM_WEIGHTS, FloatArray
from hammerscale.units import MEGA

NEEDED = ["time", "component", "family", "stress"]
LINES = ("-", "--", ":", "-.")
STRAINS = ("stretch", "strain")
# What a measure is at rest, and how its deviation from that is written.
REST_LABELS = {"stretch": "U - I", "deformation_gradient": "F - I"}


def draw_dataset(file: Path, outputs: Sequence[Path]) -> None:
    """Draw the overview of the data set in `file` into every output file."""
    for output in outputs:
        require_format(output)
    held = variable_names(file)
    strain_name = next((name for name in STRAINS if name in held), STRAINS[0])
    strain_axis = "strain_component" if "strain_component" in held else "component"
    contents = read_netcdf(file, names=[*NEEDED, strain_name, strain_axis])
    variables = contents.variables
    stress, time = _floats(variables["stress"]), _floats(variables["time"])
    complete = np.array(np.isfinite(stress).all(axis=(1, 2)))
    if not complete.any():
        raise InputError(f"{file} holds no simulation that converged", remedy="there is nothing to draw")
    families, labels = _texts(variables["family"]), _texts(variables["component"])
    strain, strain_label = _from_rest(variables[strain_name], _texts(variables[strain_axis]))
    shown = {name: int(np.flatnonzero(complete & (families == name))[0]) for name in _families(families, complete)}
    share = set(labels) <= set(COMPONENTS) and {"11", "22"} <= set(labels)
    with house_style():
        figure = Figure(figsize=(11.0, 2.1 * max(len(shown), 2)), layout="constrained")
        grid = figure.add_gridspec(len(shown), 2 + share, width_ratios=[1, 1, 0.9][: 2 + share])
        for row, (name, path) in enumerate(shown.items()):
            axes = [figure.add_subplot(grid[row, column]) for column in range(2)]
            _draw_history(axes[0], time, strain[path], _texts(variables[strain_axis]), f"{name}: {strain_label}")
            _draw_history(axes[1], time, stress[path] / MEGA, labels, "stress [MPa]")
            for axis in axes:
                axis.set_xlabel("normalised time" if row == len(shown) - 1 else "")
        figure.legend(*axes[1].get_legend_handles_labels(), ncols=len(labels), loc="outside upper left")
        if strain_axis != "component":
            figure.legend(*axes[0].get_legend_handles_labels(), ncols=strain.shape[2], loc="outside lower left")
        figure.align_ylabels()
        if share:
            _draw_shares(figure.add_subplot(grid[:, 2]), deviatoric_share(stress, labels), families, list(shown))
        for output in outputs:
            save(figure, output, of_attributes(contents.attributes))


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


def _floats(variable: Variable) -> FloatArray:
    return variable.data.astype(np.float64)


def _texts(variable: Variable) -> npt.NDArray[np.str_]:
    return variable.data.astype(str)


def _from_rest(strain: Variable, components: npt.NDArray[np.str_]) -> tuple[FloatArray, str]:
    """Return a strain (n, t, c) as it deviates from rest, and what to call that; what rests at 0 stays as it is."""
    kind = str(strain.attributes.get("kind", "stretch"))
    if kind not in REST_LABELS or not all(len(name) == 2 and name.isdigit() for name in components):
        return _floats(strain), strain.long_name
    return _floats(strain) - np.array([float(name[0] == name[1]) for name in components]), REST_LABELS[kind]


def _draw_history(
    axis: Axes, time: FloatArray, history: FloatArray, components: npt.NDArray[np.str_], label: str
) -> None:
    for i, (values, name) in enumerate(zip(history.T, components, strict=True)):
        # Once the colours are used up, the next round is dashed.
        axis.plot(time, values, LINES[i // len(COLOURS) % len(LINES)], label=name)
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
