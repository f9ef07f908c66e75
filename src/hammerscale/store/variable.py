"""What a NetCDF variable is made of, and how text and chunks are laid out in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import Array

Attribute = str | int | float | Array

NUMBERS = ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")
# Large enough for fast reading, small enough that one path of a data set is not read with thousands of others.
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Layout:
    """A variable without its values.

    Attributes
    ----------
    dims : names of its dimensions, at least one (a scalar belongs into the attributes of the file)
    dtype : integers, floats, or text of fixed width ("U8", "S8": bytes of UTF-8)
    units : unit as UDUNITS writes it, "1" for a pure number, "" for text and identifiers
    long_name : what it is, in words
    attributes : further attributes
    chunk_rows : rows of the first dimension that are stored together; by default about one mebibyte of them
    """

    dims: tuple[str, ...]
    dtype: npt.DTypeLike
    units: str
    long_name: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    chunk_rows: int | None = None

    def __post_init__(self) -> None:
        if not self.dims:
            raise ValueError(f"'{self.long_name}' has no dimension: write scalars as attributes of the file")
        if self.text_width == 0 and np.dtype(self.dtype).str[1:] not in NUMBERS:
            raise ValueError(f"'{self.long_name}' is of type {np.dtype(self.dtype)}, which is not stored")

    @property
    def text_width(self) -> int:
        """Bytes per text; 0 for numbers. A character of "U" takes up to four bytes of UTF-8."""
        dtype = np.dtype(self.dtype)
        return {"S": 1, "U": 1}.get(dtype.kind, 0) * max(dtype.itemsize, 1)

    @property
    def stored_dims(self) -> tuple[str, ...]:
        """Dimensions in the file: text has one more, its characters."""
        return (*self.dims, f"string{self.text_width}") if self.text_width else self.dims

    @property
    def stored_dtype(self) -> np.dtype[np.generic]:
        """Type in the file: little-endian numbers or single characters."""
        return np.dtype("S1") if self.text_width else np.dtype(self.dtype).newbyteorder("<")

    def chunks(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """Return the chunk shape for the given sizes of the stored dimensions."""
        first, *rest = (sizes[name] for name in self.stored_dims)
        row_bytes = int(np.prod(rest, dtype=np.int64)) * self.stored_dtype.itemsize
        rows = self.chunk_rows or max(1, CHUNK_BYTES // row_bytes)
        return (min(rows, first), *rest)

    def nbytes(self, sizes: Mapping[str, int]) -> int:
        """Return the bytes of all values."""
        return int(np.prod([sizes[name] for name in self.stored_dims], dtype=np.int64)) * self.stored_dtype.itemsize

    def to_stored(self, data: Array) -> Array:
        """Return values as the file holds them, C-contiguous: what the SHA-256 is taken of."""
        if not self.text_width:
            if data.dtype.kind in "SU" or not np.can_cast(data.dtype, self.stored_dtype, "safe"):
                raise ValueError(f"'{self.long_name}' takes {self.stored_dtype}, got {data.dtype}")
            return np.ascontiguousarray(data, dtype=self.stored_dtype)
        encoded = _encoded(data)
        if encoded.dtype.kind != "S" or encoded.dtype.itemsize > self.text_width:
            raise ValueError(f"'{self.long_name}' takes texts of up to {self.text_width} bytes, got {data.dtype}")
        padded = np.ascontiguousarray(encoded, dtype=f"S{self.text_width}")
        return padded.view("S1").reshape(*padded.shape, self.text_width)


@dataclass(frozen=True, eq=False)
class Variable:
    """A variable with its values; the attributes are those of `Layout`, and `data` has the shape of `dims`."""

    dims: tuple[str, ...]
    data: Array
    units: str
    long_name: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    chunk_rows: int | None = None

    @property
    def layout(self) -> Layout:
        """The variable without its values."""
        dtype = _encoded(self.data).dtype
        return Layout(self.dims, dtype, self.units, self.long_name, self.attributes, self.chunk_rows)


def _encoded(data: Array) -> Array:
    return np.char.encode(cast(npt.NDArray[np.str_], data), "utf-8") if data.dtype.kind == "U" else data


def from_stored(stored: Array) -> Array:
    """Return text (...,) from single characters (..., width), numbers as they are."""
    if stored.dtype.kind != "S":
        return stored
    width = stored.shape[-1]
    return np.char.decode(np.ascontiguousarray(stored).view(f"S{width}")[..., 0], "utf-8")
