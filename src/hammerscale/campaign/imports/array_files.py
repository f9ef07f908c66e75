"""Read paths from NPZ and NetCDF files."""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hammerscale.campaign.imports.arrays import find, record
from hammerscale.campaign.imports.recorded import Recording, Source
from hammerscale.errors import InputError

if TYPE_CHECKING:
    from xarray import DataArray, Dataset

PATH, TIME, COMPONENT = range(3)
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
        held = _members(source.file)
    except OSError as error:
        raise InputError(f"cannot read {source.file}: {error.strerror or error}") from error
    except (ValueError, RuntimeError, MemoryError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(
            f"{source.file} cannot be read as NPZ: {error}",
            "lists of arrays of different lengths (pickled objects) are not read, since they can hold programs",
            "save rectangular arrays with numpy.savez, or write ragged paths as CSV",
        ) from error
    return record(source, held)


def _members(file: Path) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays of an NPZ file; what is none is a `ValueError`."""
    archive = np.load(file, allow_pickle=False)
    if not isinstance(archive, np.lib.npyio.NpzFile):
        raise ValueError("it holds one array without a name")
    with archive:
        held = {name: archive[name] for name in archive.files}
    for name, member in held.items():
        # NumPy hands on the bytes of a member that does not begin like an array.
        if not isinstance(member, np.ndarray):
            raise ValueError(f"its member '{name}' is no array")
    return held


def read_foreign_netcdf(source: Source) -> Recording:
    """Return the paths of a NetCDF file; dimensions named as in `PLACES` are moved to their place."""
    import xarray as xr

    try:
        with xr.open_dataset(source.file, decode_times=False) as data:
            held = _fields(data, source)
    except FileNotFoundError as error:
        raise InputError(f"cannot read {source.file}: {error.strerror}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{source.file} cannot be read as NetCDF: {error}") from error
    return record(source, held)


def _fields(data: "Dataset", source: Source) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays that say something about paths, in the order (path, step, component)."""
    names = [str(name) for name in data.variables]
    places: dict[str, tuple[int, ...]] = {}
    places.update({find(names, source, what): (PATH, TIME, COMPONENT) for what in ("strain", "stress")})
    places.update({find(names, source, what): (PATH,) for what in ("path", "family", "split")})
    if time := find(names, source, "time"):
        places[time] = (TIME,) if data[time].ndim == 1 else (PATH, TIME)
    # Names of components are short; other fields can be large and stay on the disk.
    loaded = [name for name in names if name in places or data[name].ndim == 1]
    return {name: _ordered(data[name], places.get(name, ()), source.file).values for name in loaded}


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
