"""What the overview of a data set shows, read piece by piece: one path of each family, and one number of every path."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.store.netcdf import Contents, read_netcdf, read_rows, variable_names, verify_file
from hammerscale.store.variable import Attribute, Variable
from hammerscale.tensor.voigt import COMPONENTS, NORM_WEIGHTS

STRAINS = ("stretch", "strain")
# What a measure is at rest, and how its deviation from that is written.
REST_LABELS = {"stretch": "U - I", "deformation_gradient": "F - I"}
# What is held of the histories at any time, however many paths a data set has.
SLAB_BYTES = 1 << 23


@dataclass(frozen=True, eq=False)
class Example:
    """One path that converged.

    Attributes
    ----------
    strain : (t, c), as it deviates from rest
    strain_label : what to call that
    stress : (t, s) [Pa]
    """

    strain: FloatArray
    strain_label: str
    stress: FloatArray


@dataclass(frozen=True, eq=False)
class Overview:
    """What is drawn of a data set.

    Attributes
    ----------
    time : normalised time (t,)
    strain_components, stress_components : names (c,), (s,)
    shared_axis : whether strain and stress have the same components
    examples : the first complete path of every family that has one, in the order of the data set
    shares : norm of the deviatoric stress over that of the stress, by family, without paths that did not converge;
        None where the components are not those of a symmetric tensor
    attributes : those of the file
    """

    time: FloatArray
    strain_components: npt.NDArray[np.str_]
    stress_components: npt.NDArray[np.str_]
    shared_axis: bool
    examples: Mapping[str, Example]
    shares: Mapping[str, FloatArray] | None
    attributes: Mapping[str, Attribute]


def read_overview(file: Path) -> Overview:
    """Return the overview of the data set in `file`, whose memory grows by one number with every path."""
    # Rows are read without comparing digests, and the library can crash over a damaged header.
    verify_file(file)
    held = variable_names(file)
    strain = next((name for name in STRAINS if name in held), STRAINS[0])
    strain_axis = "strain_component" if "strain_component" in held else "component"
    axes = read_netcdf(file, names=["path", "time", "component", strain_axis])
    named, stress_named = (axes.variables[name].data.astype(str) for name in (strain_axis, "component"))
    tensor = set(stress_named) <= set(COMPONENTS) and {"11", "22"} <= set(stress_named)
    examples: dict[str, Example] = {}
    shares: dict[str, list[FloatArray]] = {}
    for rows in _slabs(file, axes, named.size + stress_named.size):
        stress, families = _floats(rows["stress"]), rows["family"].data.astype(str)
        complete = np.isfinite(stress).all(axis=(1, 2))
        for family in dict.fromkeys(families[complete].tolist()):
            chosen = np.flatnonzero(complete & (families == family))
            examples.setdefault(family, _example(rows[strain], named, stress, int(chosen[0])))
            if tensor:
                shares.setdefault(family, []).append(deviatoric_share(stress[chosen], stress_named))
    if not examples:
        raise InputError(f"{file} holds no simulation that converged", remedy="there is nothing to draw")
    return Overview(
        time=_floats(axes.variables["time"]),
        strain_components=named,
        stress_components=stress_named,
        shared_axis=strain_axis == "component",
        examples=examples,
        shares={family: np.concatenate(parts) for family, parts in shares.items()} if tensor else None,
        attributes=axes.attributes,
    )


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


def _slabs(file: Path, axes: Contents, components: int) -> Iterator[Mapping[str, Variable]]:
    """Yield the variables of all paths in pieces of about `SLAB_BYTES`."""
    count, times = axes.variables["path"].data.size, axes.variables["time"].data.size
    rows = max(1, SLAB_BYTES // (8 * times * components))
    for start in range(0, count, rows):
        yield read_rows(file, "path", start, min(start + rows, count)).variables


def _example(strain: Variable, components: npt.NDArray[np.str_], stress: FloatArray, row: int) -> Example:
    """Return copies of one row; what rests at 0 stays as it is."""
    history, kind = strain.data[row].astype(np.float64), str(strain.attributes.get("kind", "stretch"))
    if kind not in REST_LABELS or not all(len(name) == 2 and name.isdigit() for name in components):
        return Example(history, strain.long_name, stress[row].copy())
    rest = np.array([float(name[0] == name[1]) for name in components])
    return Example(history - rest, REST_LABELS[kind], stress[row].copy())


def _floats(variable: Variable) -> FloatArray:
    return variable.data.astype(np.float64)
