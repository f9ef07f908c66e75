"""Read paths from NPZ and NetCDF files."""

import zipfile
from typing import TYPE_CHECKING

import numpy as np

from hammerscale.campaign.imports.arrays import find, record
from hammerscale.campaign.imports.recorded import Recording, Source
from hammerscale.errors import InputError

if TYPE_CHECKING:
    from xarray import DataArray


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
    """Return the paths of a NetCDF file; dimensions named path and time are put first and second."""
    import xarray as xr

    try:
        with xr.open_dataset(source.file, decode_times=False) as data:
            names = [str(name) for name in data.variables]
            wanted = {find(names, source, what) for what in ("strain", "stress", "time")}
            # Names, labels and times are short; other fields can be large and stay on the disk.
            loaded = [name for name in names if name in wanted or data[name].ndim == 1]
            held = {name: _ordered(data[name]).values for name in loaded}
    except FileNotFoundError as error:
        raise InputError(f"cannot read {source.file}: {error.strerror}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{source.file} cannot be read as NetCDF: {error}") from error
    return record(source, held)


def _ordered(array: "DataArray") -> "DataArray":
    if not {"path", "time"} <= set(array.dims):
        return array
    return array.transpose("path", "time", ...)
