"""Write NetCDF files row by row, in constant memory: the way into every NetCDF file of the campaign."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias, cast

import netCDF4
import numpy as np

from hammerscale.arrays import Array
from hammerscale.errors import StoreError
from hammerscale.provenance import Provenance
from hammerscale.regular_files import require_regular
from hammerscale.store.atomic import replacing
from hammerscale.store.disk import reporting_library_errors
from hammerscale.store.seal import damaged, seal
from hammerscale.store.variable import Attribute, Layout, Variable

COUNTS = "expected_counts"
DIGEST = "sha256"
# In quotes, because the class is generic for the type checker only.
StoredVariable: TypeAlias = "netCDF4.Variable[np.generic]"
ENCODING = "_Encoding"
# Rows are read back in pieces of about this size.
READ_BYTES = 1 << 23
# Rows are written and read in order, so a few chunks are enough; the library would keep 64 MiB of each variable.
netCDF4.set_chunk_cache(1 << 22)
# Headers, indices of chunks and attributes; only the arrays are counted exactly.
OVERHEAD_BYTES = 1 << 16


class SlabWriter:
    """An unfinished NetCDF file that takes rows of its first dimensions in order; see `write_slabs`."""

    def __init__(
        self, path: Path, temporary: Path, layouts: Mapping[str, Layout], sizes: Mapping[str, int], deflate: int
    ) -> None:
        self._path = path
        self._temporary = temporary
        self._layouts = layouts
        self._sizes = sizes
        self._grown: tuple[str, ...] = ()
        self._rows = dict.fromkeys(layouts, 0)
        self._hashes = {name: hashlib.sha256() for name in layouts}
        self._needed = needed_bytes(layouts, sizes)
        with reporting_library_errors(path, self._needed, temporary):
            self._dataset = netCDF4.Dataset(temporary, "w", format="NETCDF4", clobber=False)
            for name, size in sizes.items():
                self._dataset.createDimension(name, size)
            for name, layout in layouts.items():
                _create(self._dataset, name, layout, sizes, deflate)

    def append(self, slab: Mapping[str, Array]) -> None:
        """Append the next rows of every growing variable: arrays (rows, ...) with the same number of rows."""
        if set(slab) != set(self._grown) or len({len(data) for data in slab.values()}) != 1:
            raise ValueError(f"a slab holds equally many rows of each of {', '.join(self._grown)}")
        for name, data in slab.items():
            self.put(name, data)

    def put(self, name: str, data: Array) -> None:
        """Append rows (rows, ...) to one variable."""
        layout, start = self._layouts[name], self._rows[name]
        stored = layout.to_stored(data)
        stop = start + stored.shape[0]
        first, *rest = (self._sizes[dimension] for dimension in layout.stored_dims)
        if stored.shape[1:] != tuple(rest) or stop > first:
            raise ValueError(f"rows {start} to {stop} of '{name}' have shape {data.shape}, the file {(first, *rest)}")
        with reporting_library_errors(self._path, self._needed, self._temporary):
            self._dataset[name][start:stop] = stored
        self._hashes[name].update(stored.data.cast("B"))
        self._rows[name] = stop

    def grow(self, names: tuple[str, ...]) -> None:
        """Declare which variables `append` expects."""
        self._grown = names

    def finish(self, attributes: Mapping[str, Attribute]) -> dict[str, str]:
        """Write digests and the attributes of the file, close it, and return the SHA-256 of each variable."""
        for name, layout in self._layouts.items():
            rows, expected = self._rows[name], self._sizes[layout.dims[0]]
            if rows != expected:
                raise StoreError(
                    f"{self._path} is incomplete: '{name}' has {rows} of {expected} rows",
                    "an incomplete file is never given its final name",
                )
        digests = {name: digest.hexdigest() for name, digest in self._hashes.items()}
        with reporting_library_errors(self._path, self._needed, self._temporary):
            for name, digest in digests.items():
                self._dataset[name].setncattr(DIGEST, digest)
            self._dataset.setncatts({**attributes, COUNTS: json.dumps(dict(self._sizes))})
            self._dataset.close()
        return digests

    def abandon(self) -> None:
        """Close what was not finished; the error that led here is the one to report."""
        with suppress(OSError, RuntimeError):
            if self._dataset.isopen():
                self._dataset.close()


@contextmanager
def write_slabs(
    path: Path,
    along: str,
    rows: int,
    grown: Mapping[str, Layout],
    fixed: Mapping[str, Variable],
    attributes: Mapping[str, Attribute],
    provenance: Provenance,
    deflate: int = 0,
) -> Iterator[SlabWriter]:
    """Yield a writer whose `append` takes slabs; the file appears at `path` when all rows are there and verified.

    Parameters
    ----------
    path : final path
    along : dimension that grows
    rows : its final size
    grown : variables by name whose first dimension is `along`
    fixed : variables by name with their values; they give the sizes of all other dimensions
    attributes : attributes of the file
    provenance : what made the file, becomes attributes too
    deflate : level of compression, 0 (none) to 9
    """
    for name, layout in grown.items():
        if layout.dims[0] != along:
            raise ValueError(f"'{name}' must have '{along}' as its first dimension, it has {layout.dims}")
    layouts = {**{name: variable.layout for name, variable in fixed.items()}, **grown}
    sizes = dimension_sizes({along: rows}, fixed, layouts)
    with open_writer(path, layouts, sizes, attributes, provenance, deflate) as writer:
        for name, variable in fixed.items():
            writer.put(name, variable.data)
        writer.grow(tuple(grown))
        yield writer


@contextmanager
def open_writer(
    path: Path,
    layouts: Mapping[str, Layout],
    sizes: Mapping[str, int],
    attributes: Mapping[str, Attribute],
    provenance: Provenance,
    deflate: int,
) -> Iterator[SlabWriter]:
    """Yield a writer; then finish, seal, re-open and verify the file and give it its final name."""
    described = {**provenance.attributes(), **attributes}
    if len(described) < len(attributes) + len(provenance.attributes()) or COUNTS in described:
        raise ValueError(f"{path}: attributes of provenance and counts are written by the store alone")
    with replacing(path, needed_bytes(layouts, sizes)) as temporary:
        writer = SlabWriter(path, temporary, layouts, sizes, deflate)
        try:
            yield writer
            digests = writer.finish(described)
        finally:
            writer.abandon()
        seal(temporary)
        _compare(path, temporary, digests)


def dimension_sizes(
    known: Mapping[str, int], variables: Mapping[str, Variable], layouts: Mapping[str, Layout]
) -> dict[str, int]:
    """Return the size of every dimension in the file; contradictions and dimensions without a size are refused."""
    sizes = dict(known)
    for name, variable in variables.items():
        if variable.data.ndim != len(variable.dims):
            raise ValueError(f"'{name}' has shape {variable.data.shape} but dimensions {variable.dims}")
        for dimension, size in zip(variable.dims, variable.data.shape, strict=True):
            if sizes.setdefault(dimension, size) != size:
                raise ValueError(f"dimension '{dimension}' of '{name}' has size {size}, elsewhere {sizes[dimension]}")
    for name, layout in layouts.items():
        if layout.text_width:
            sizes[layout.stored_dims[-1]] = layout.text_width
        for dimension in layout.dims:
            # NetCDF takes a size of zero for "unlimited".
            if sizes.get(dimension, 0) < 1:
                raise ValueError(f"dimension '{dimension}' of '{name}' has no size or is empty")
    return sizes


def needed_bytes(layouts: Mapping[str, Layout], sizes: Mapping[str, int]) -> int:
    """Return the size of the file without compression [bytes]."""
    return OVERHEAD_BYTES + sum(layout.nbytes(sizes) for layout in layouts.values())


def stored_digest(variable: StoredVariable) -> str:
    """Return the SHA-256 of all values of a variable in a file, read piece by piece."""
    digest = hashlib.sha256()
    chunk_rows, row_bytes = chunk_rows_of(variable), variable.dtype.itemsize
    for size in variable.shape[1:]:
        row_bytes *= size
    step = chunk_rows * max(1, READ_BYTES // (chunk_rows * row_bytes))
    for start in range(0, variable.shape[0], step):
        digest.update(variable[start : start + step].data.cast("B"))
    return digest.hexdigest()


def chunk_rows_of(variable: StoredVariable) -> int:
    """Return the rows of the first dimension that a variable of the store keeps together."""
    return cast(list[int], variable.chunking())[0]


def open_slabs(path: Path) -> netCDF4.Dataset:
    """Open a file for reading without any conversion of its values."""
    # The library would wait for the writer of a pipe.
    require_regular(path)
    dataset = netCDF4.Dataset(path)
    dataset.set_auto_maskandscale(False)
    dataset.set_auto_chartostring(False)
    return dataset


def _create(dataset: netCDF4.Dataset, name: str, layout: Layout, sizes: Mapping[str, int], deflate: int) -> None:
    variable = dataset.createVariable(  # type: ignore[call-overload]  # types known at run time only
        name,
        layout.stored_dtype,
        layout.stored_dims,
        compression="zlib" if deflate else None,
        complevel=deflate,
        shuffle=deflate > 0,
        fletcher32=True,
        chunksizes=layout.chunks(sizes),
        endian="native" if layout.text_width else "little",
        # Every row is written before the file gets its name, so nothing is ever left to be filled.
        fill_value=False,
    )
    variable.set_auto_maskandscale(False)
    variable.set_auto_chartostring(False)
    described = {"long_name": layout.long_name, **layout.attributes}
    if layout.units:
        described["units"] = layout.units
    if layout.text_width:
        described[ENCODING] = "utf-8"
    variable.setncatts(described)


def _compare(path: Path, temporary: Path, digests: Mapping[str, str]) -> None:
    """Raise a `StoreError` unless the closed file returns the arrays that were written."""
    try:
        with open_slabs(temporary) as dataset:
            for name, digest in digests.items():
                if stored_digest(dataset[name]) != digest or dataset[name].getncattr(DIGEST) != digest:
                    raise damaged(path, f"'{name}' reads back otherwise than it was written; nothing was kept")
    except (OSError, RuntimeError) as error:
        raise damaged(path, f"it cannot be read back ({error}); nothing was kept") from error
