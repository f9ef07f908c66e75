"""Read paths from NPZ and NetCDF files."""

import zipfile

import numpy as np

from hammerscale.campaign.imports.arrays import find, record
from hammerscale.campaign.imports.recorded import Recording, Source
from hammerscale.errors import InputError


def read_npz(source: Source) -> Recording:
    """Return the paths of an NPZ file with arrays strain and stress (path, step, component) and perhaps time, names."""
    try:
        with np.load(source.file, allow_pickle=False) as archive:
            held = {name: archive[name] for name in archive.files}
    except OSError as error:
        raise InputError(f"cannot read {source.file}: {error.strerror or error}") from error
    except (ValueError, zipfile.BadZipFile, EOFError) as error:
        raise InputError(
            f"{source.file} cannot be read as NPZ: {error}",
            "lists of arrays of different lengths (pickled objects) are not read, since they can hold programs",
            "save rectangular arrays with numpy.savez, or write ragged paths as CSV",
        ) from error
    return record(source, held)


def read_foreign_netcdf(source: Source) -> Recording:
    """Return the paths of a NetCDF file; dimensions named path, time and component are put into that order."""
    import xarray as xr

    try:
        with xr.open_dataset(source.file, decode_times=False) as data:
            names = [str(name) for name in data.variables]
            wanted = {find(names, source, what) for what in ("strain", "stress")}
            histories = [name for name in wanted if data[name].ndim == 3]
            axes = [dimension for name in histories for dimension in data[name].dims[1:]]
            # Small arrays may hold names, labels and times; other fields of the file can be large and stay on the disk.
            small = [name for name in names if data[name].ndim <= 1 or (set(data[name].dims) & set(axes)) == set()]
            time = find(names, source, "time")
            loaded = {*wanted, *small, *([time] if time else [])}
            return record(source, {name: _ordered(data[name]) for name in names if name in loaded})
    except FileNotFoundError as error:
        raise InputError(f"cannot read {source.file}: {error.strerror}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{source.file} cannot be read as NetCDF: {error}") from error


def _ordered(array: "xr.DataArray") -> np.ndarray:
    ...
