"""Paths from arrays of shape (path, step, component): what NPZ and NetCDF files have in common."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.production.imports.recorded import RecordedPath, Recording, Source

# What fills texts of fixed width: C writes zeros, Fortran blanks.
PADDING = "\0 "
Arrays = Mapping[str, npt.NDArray[np.generic]]
USUAL = {"strain": ("strain", "stretch", "deformation_gradient"), "stress": ("stress",), "time": ("time", "t")}
COMPONENT_ARRAYS = {
    "strain": ("strain_components", "strain_component", "components", "component"),
    "stress": ("stress_components", "stress_component", "components", "component"),
}


def find(held: Sequence[str], source: Source, what: str) -> str:
    """Return the name of an array, given or usual; "" if time, family, split or path labels are not there."""
    given = getattr(source, what)
    if isinstance(given, tuple):
        if len(given) > 1:
            raise InputError(
                f"--{what} names {len(given)} arrays of {source.file}",
                "an array holds all components of all paths, (path, step, component)",
                "name one array",
            )
        given = given[0] if given else ""
    candidates = (given,) if given else USUAL.get(what, (what,))
    for name in candidates:
        if name in held:
            return str(name)
    if given or what in ("strain", "stress"):
        raise InputError(
            f"{source.file} has no array '{' or '.join(candidates)}'",
            f"it has {', '.join(held) or 'none'}",
            f"name it with --{what}",
        )
    return ""


def history(file: Path, name: str, array: npt.NDArray[np.generic]) -> FloatArray:
    """Return an array as floats (n, t, c)."""
    if array.dtype.kind not in "fiu" or array.ndim != 3 or 0 in array.shape:
        raise InputError(
            f"{file}: the array '{name}' has shape {array.shape} and type {array.dtype}",
            "it must hold numbers, (path, step, component)",
            "reshape it; a single path is (1, step, component), a single component (path, step, 1)",
        )
    return array.astype(np.float64)


def record_of_arrays(source: Source, held: Arrays) -> Recording:
    """Return the paths that arrays of a file hold."""
    file, names = source.file, list(held)
    strain_name, stress_name = find(names, source, "strain"), find(names, source, "stress")
    strain, stress = history(file, strain_name, held[strain_name]), history(file, stress_name, held[stress_name])
    if strain.shape[:2] != stress.shape[:2]:
        raise InputError(
            f"{file}: '{strain_name}' has {strain.shape[0]} paths of {strain.shape[1]} steps, "
            f"'{stress_name}' {stress.shape[0]} of {stress.shape[1]}",
            "every step needs its strain and its stress",
            "cut both to the same paths and steps",
        )
    count, steps = strain.shape[:2]
    time, time_name = np.arange(steps, dtype=np.float64), find(names, source, "time")
    if time_name:
        time = _shaped(file, time_name, held[time_name], ((steps,), (count, steps)))
    times = np.broadcast_to(time, (count, steps))
    texts = {what: _texts(source, held, what, count) for what in ("path", "family", "split")}
    labels = texts["path"] or [str(i) for i in range(count)]
    paths = tuple(
        RecordedPath(
            label=labels[i],
            time=times[i],
            strain=strain[i],
            stress=stress[i],
            family=texts["family"][i] if texts["family"] else "",
            split=texts["split"][i] if texts["split"] else "",
        )
        for i in range(count)
    )
    if len(set(labels)) < count:
        raise InputError(f"{file}: two paths have one label", remedy="give every path a label of its own")
    found = [_components(file, held, what, array) for what, array in (("strain", strain), ("stress", stress))]
    return Recording(file, paths, found[0], found[1], has_time=bool(time_name))


def _shaped(file: Path, name: str, array: npt.NDArray[np.generic], shapes: tuple[tuple[int, ...], ...]) -> FloatArray:
    if array.dtype.kind not in "fiu" or array.shape not in shapes:
        expected = " or ".join(str(shape) for shape in shapes)
        raise InputError(
            f"{file}: the array '{name}' has shape {array.shape} and type {array.dtype}, expected numbers {expected}",
            remedy="give one time per step",
        )
    return array.astype(np.float64)


def _texts(source: Source, held: Arrays, what: str, count: int) -> list[str]:
    name = find(list(held), source, what)
    if not name:
        return []
    if held[name].shape != (count,):
        raise InputError(
            f"{source.file}: the array '{name}' has shape {held[name].shape}, expected ({count},)",
            remedy="give one value per path",
        )
    return decoded(source.file, name, held[name])


def decoded(file: Path, name: str, array: npt.NDArray[np.generic]) -> list[str]:
    """Return an array (n,) as texts without padding; bytes, as C and Fortran write them, are taken for UTF-8."""
    try:
        return [(value.decode() if isinstance(value, bytes) else str(value)).strip(PADDING) for value in array.tolist()]
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file}: the array '{name}' holds bytes that are not text in UTF-8",
            "labels and names of components are compared and stored as text",
            "write them in ASCII or UTF-8",
        ) from error


def _components(file: Path, held: Arrays, what: str, array: FloatArray) -> tuple[str, ...]:
    """Return the names of the components if the file has as many."""
    for name in COMPONENT_ARRAYS[what]:
        if name in held and held[name].shape == (array.shape[2],):
            return tuple(decoded(file, name, held[name]))
    return ()
