"""Write, verify and read the NetCDF files of a campaign."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import netCDF4
import numpy as np

from hammerscale.arrays import Array
from hammerscale.errors import StoreError
from hammerscale.provenance import Provenance
from hammerscale.store.ownership import require_config
from hammerscale.store.seal import check_seal, damaged, unreadable
from hammerscale.store.slabs import (
    COUNTS,
    DIGEST,
    ENCODING,
    StoredVariable,
    chunk_rows_of,
    dimension_sizes,
    open_slabs,
    open_writer,
)
from hammerscale.store.variable import Attribute, Variable, from_stored

# Attributes that the store adds to a variable and removes again.
OWN_ATTRIBUTES = ("units", "long_name", DIGEST, ENCODING)


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file holds.

    Attributes
    ----------
    variables : variables by name
    attributes : attributes of the file, provenance among them
    """

    variables: dict[str, Variable]
    attributes: dict[str, Attribute]


def write_netcdf(
    path: Path,
    variables: Mapping[str, Variable],
    attributes: Mapping[str, Attribute],
    provenance: Provenance,
    deflate: int = 0,
) -> None:
    """Write arrays that fit into the memory to one NetCDF file, which appears at `path` whole and verified.

    Parameters
    ----------
    path : final path
    variables : variables by name; one that is named like its only dimension is that dimension's coordinate
    attributes : attributes of the file
    provenance : what made the file, becomes attributes too
    deflate : level of compression, 0 (none) to 9
    """
    layouts = {name: variable.layout for name, variable in variables.items()}
    sizes = dimension_sizes({}, variables, layouts)
    with open_writer(path, layouts, sizes, attributes, provenance, deflate) as writer:
        for name, variable in variables.items():
            writer.put(name, variable.data)


def verify_file(path: Path, config_hash: str | None = None) -> None:
    """Raise a `StoreError` unless `path` is the whole, unchanged file that was written, of the config if one is given.

    The seal covers every byte, and the library opens the file only when the seal matches.
    """
    check_seal(path)
    with _reading(path) as dataset:
        _check_header(path, dataset, config_hash)


def read_netcdf(path: Path, names: Sequence[str] | None = None, config_hash: str | None = None) -> Contents:
    """Return variables and attributes of a file; what is damaged or of another config is a `StoreError`.

    Parameters
    ----------
    path : file to read
    names : variables to read, None for all of them
    config_hash : hash of the config the file must belong to, None for any

    Without `names` every byte of the file is verified. With them only what is asked for is read, each array against
    its own SHA-256: the way to look at a small array of many large files.
    """
    if names is None:
        check_seal(path)
    with _reading(path) as dataset:
        _check_header(path, dataset, config_hash)
        wanted = list(dataset.variables) if names is None else names
        missing = [name for name in wanted if name not in dataset.variables]
        if missing:
            raise StoreError(f"{path} has no variable '{missing[0]}'", f"it holds {', '.join(dataset.variables)}")
        return Contents({name: _read_variable(path, dataset[name]) for name in wanted}, _attributes(dataset))


def read_rows(path: Path, along: str, start: int, stop: int) -> Contents:
    """Return rows `start` to `stop` of the variables whose first dimension is `along`, and the file's attributes.

    Only what is asked for is read, so no SHA-256 is compared: `verify_file` does that. Each chunk of an array still
    has a checksum of its own, which the library looks at.
    """
    with _reading(path) as dataset:
        found = [name for name, variable in dataset.variables.items() if variable.dimensions[:1] == (along,)]
        return Contents(
            {name: _variable(dataset[name], dataset[name][start:stop]) for name in found}, _attributes(dataset)
        )


def variable_names(path: Path) -> tuple[str, ...]:
    """Return the names of the variables that a file holds, without reading them."""
    with _reading(path) as dataset:
        _check_header(path, dataset, None)
        return tuple(dataset.variables)


def array_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all variables of any NetCDF file, without reading one; texts count their characters."""
    with open_slabs(path) as dataset:
        return {name: tuple(int(size) for size in variable.shape) for name, variable in dataset.variables.items()}


@contextmanager
def _reading(path: Path) -> Iterator[netCDF4.Dataset]:
    try:
        with open_slabs(path) as dataset:
            yield dataset
    except (OSError, RuntimeError, AttributeError) as error:
        # The library's own error numbers are negative; positive ones come from the system and do not mean damage.
        if isinstance(error, OSError) and (error.errno or 0) > 0:
            raise unreadable(path, error.strerror) from error
        reason = f"the NetCDF library says '{error}'"
        check_seal(path)
        raise unreadable(path, f"{reason}, but its seal holds") from error


def _check_header(path: Path, dataset: netCDF4.Dataset, config_hash: str | None) -> None:
    if COUNTS not in dataset.ncattrs() or any(DIGEST not in v.ncattrs() for v in dataset.variables.values()):
        raise damaged(path, "its counts or digests are missing: it was not written by this program")
    found = {name: len(dimension) for name, dimension in dataset.dimensions.items()}
    try:
        expected = json.loads(dataset.getncattr(COUNTS))
    except ValueError as error:
        raise damaged(path, "its counts cannot be read") from error
    if found != expected:
        raise damaged(path, f"it has {found} entries, expected {expected}")
    owner = dataset.getncattr("config_hash") if "config_hash" in dataset.ncattrs() else None
    require_config(path, owner, config_hash)


def _read_variable(path: Path, variable: StoredVariable) -> Variable:
    stored = variable[:]
    if hashlib.sha256(stored.data.cast("B")).hexdigest() != variable.getncattr(DIGEST):
        raise damaged(path, f"the values of '{variable.name}' are not those that were written")
    return _variable(variable, stored)


def _variable(variable: StoredVariable, stored: Array) -> Variable:
    """Return a variable with these of its values."""
    attributes = {name: _plain(variable.getncattr(name)) for name in variable.ncattrs()}
    data = from_stored(stored)
    return Variable(
        dims=variable.dimensions[: data.ndim],
        data=data,
        units=str(attributes.get("units", "")),
        long_name=str(attributes.get("long_name", "")),
        attributes={name: value for name, value in attributes.items() if name not in OWN_ATTRIBUTES},
        chunk_rows=chunk_rows_of(variable),
    )


def _attributes(dataset: netCDF4.Dataset) -> dict[str, Attribute]:
    return {name: _plain(dataset.getncattr(name)) for name in dataset.ncattrs() if name != COUNTS}


def _plain(value: Attribute) -> Attribute:
    """Return a number for a NumPy scalar; arrays and text stay."""
    return value.item() if isinstance(value, np.generic) else value
