"""Read paths from NPZ and NetCDF files: shapes first, so that a small file that stands for terabytes is refused."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hammerscale.errors import InputError
from hammerscale.production.imports.foreign_arrays import COMPONENT_ARRAYS, find, record_of_arrays
from hammerscale.production.imports.recorded import Recording, Source
from hammerscale.regular_files import require_regular
from hammerscale.store.foreign import DOUBLE, UNREADABLE, OversizeError, read_arrays, require_size
from hammerscale.store.netcdf import array_shapes

if TYPE_CHECKING:
    from xarray import DataArray, Dataset

PATH, TIME, COMPONENT = range(3)
COMPONENT_NAMES = frozenset(name for names in COMPONENT_ARRAYS.values() for name in names)
# A hundred thousand paths of a hundred steps fit three times [bytes].
LARGEST_ARRAYS = 4 << 30
# Where a dimension of this name belongs in (path, step, component).
PLACES: Mapping[str, int] = {
    "path": PATH,
    "time": TIME,
    "step": TIME,
    "component": COMPONENT,
    "strain_component": COMPONENT,
    "stress_component": COMPONENT,
}


def read_npz(source: Source) -> Recording:
    """Return the paths of an NPZ file with arrays strain and stress (path, step, component) and perhaps time, names."""
    try:
        held = read_arrays(source.file, LARGEST_ARRAYS)
    except OSError as error:
        raise InputError(f"cannot read {source.file}: {error.strerror or error}") from error
    except OversizeError as error:
        raise _too_large(source.file, error) from error
    except UNREADABLE as error:
        raise InputError(
            f"{source.file} cannot be read as NPZ: {error}",
            "lists of arrays of different lengths (pickled objects) are not read, since they can hold programs",
            "save rectangular arrays with numpy.savez, or write ragged paths as CSV",
        ) from error
    return record_of_arrays(source, held)


def _too_large(file: Path, error: OversizeError) -> InputError:
    return InputError(
        f"{file} cannot be imported: {error}",
        "a small compressed file can stand for more than any memory holds",
        "leave out what is no path, or cut the paths into several files",
    )


def read_foreign_netcdf(source: Source) -> Recording:
    """Return the paths of a NetCDF file; dimensions named as in `PLACES` are moved to their place."""
    import xarray as xr

    try:
        require_regular(source.file)
    except OSError as error:
        raise InputError(f"cannot read {source.file}: {error.strerror}") from error
    try:
        # Opening reads the coordinates already, so sizes are looked at before.
        shapes = array_shapes(source.file)
        loaded = _loaded(shapes, source)
        require_size({name: DOUBLE * math.prod(shapes[name]) for name in loaded}, LARGEST_ARRAYS)
        with xr.open_dataset(source.file, decode_times=False) as data:
            held = _fields(data, source, loaded)
    except OversizeError as error:
        raise _too_large(source.file, error) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{source.file} cannot be read as NetCDF: {error}") from error
    return record_of_arrays(source, held)


def _loaded(shapes: Mapping[str, tuple[int, ...]], source: Source) -> list[str]:
    """Return the names of the arrays to read: those that describe paths, and names of components.

    Those are short and of one dimension, or of two as C and Fortran write texts; other fields stay on the disk.
    """
    names = list(shapes)
    wanted = {find(names, source, what) for what in ("strain", "stress", "time", "path", "family", "split")}
    return [name for name in names if name in wanted or len(shapes[name]) == 1 or name in COMPONENT_NAMES]


def _fields(data: "Dataset", source: Source, loaded: Sequence[str]) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays that say something about paths, in the order (path, step, component)."""
    places: dict[str, tuple[int, ...]] = {}
    places.update({find(loaded, source, what): (PATH, TIME, COMPONENT) for what in ("strain", "stress")})
    places.update({find(loaded, source, what): (PATH,) for what in ("path", "family", "split")})
    if time := find(loaded, source, "time"):
        places[time] = (TIME,) if data[time].ndim == 1 else (PATH, TIME)
    kept = [name for name in loaded if name in data.variables and (name in places or data[name].ndim == 1)]
    return {name: _ordered(data[name], places.get(name, ()), source.file).values for name in kept}


def _ordered(array: "DataArray", places: tuple[int, ...], file: Path) -> "DataArray":
    """Return an array with its named dimensions at their places; the others fill what is left, in their order."""
    dims = [str(dim) for dim in array.dims]
    if len(dims) != len(places):
        # Not a field of paths, or of a wrong shape, which is refused with its name.
        return array
    known = {dim: PLACES[dim] for dim in dims if dim in PLACES}
    if len(set(known.values())) < len(known) or not set(known.values()) <= set(places):
        expected = ", ".join(("path", "step", "component")[place] for place in places)
        raise InputError(
            f"{file}: the variable '{array.name}' has the dimensions ({', '.join(dims)}), expected ({expected})",
            "a name that stands for something else would exchange paths, steps and components without a sign",
            "rename the dimensions; names of your own are taken in this order",
        )
    others = iter(dim for dim in dims if dim not in known)
    at = {place: dim for dim, place in known.items()}
    return array.transpose(*(at.get(place) or next(others) for place in places))
