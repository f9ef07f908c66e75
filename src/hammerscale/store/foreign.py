"""Arrays of unknown origin: sizes are checked before contents, and pickles are never loaded."""

import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hammerscale.arrays import Array
from hammerscale.regular_files import open_regular

# Arrays of other types become doubles [bytes].
DOUBLE = 8
# Raised besides `OSError` for an NPZ file that cannot be read: zipfile raises NotImplementedError where it lacks the
# compression that a forged file names.
UNREADABLE = (ValueError, RuntimeError, MemoryError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error)


class OversizeError(ValueError):
    """The arrays of a file take more memory than they may."""


def require_size(sizes: Mapping[str, int], at_most: int) -> None:
    """Raise an `OversizeError` if arrays, whose bytes `sizes` gives by name, together take more than `at_most`."""
    total = sum(sizes.values())
    if total > at_most:
        largest = max(sizes, key=lambda name: sizes[name])
        raise OversizeError(
            f"its arrays take {total:,} bytes in memory, most of them '{largest}'; at most {at_most:,} are read"
        )


def read_arrays(file: Path, at_most: int) -> dict[str, Array]:
    """Return the arrays of an NPZ file that take at most so many bytes as doubles.

    A file that holds anything else than plain arrays is one of the errors `UNREADABLE`.
    """
    with open_regular(file) as stream:
        if stream.read(len(np.lib.format.MAGIC_PREFIX)) == np.lib.format.MAGIC_PREFIX:
            raise ValueError("it holds one array without a name")
        with zipfile.ZipFile(stream) as archive:
            require_size({name: _array_bytes(archive, name) for name in archive.namelist()}, at_most)
        stream.seek(0)
        with np.load(stream, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}


def _array_bytes(archive: zipfile.ZipFile, name: str) -> int:
    """Return the bytes that the array of one member takes as doubles, from its header alone."""
    with archive.open(name) as member:
        # NumPy would hand on all bytes of a member that does not begin like an array.
        if member.read(len(np.lib.format.MAGIC_PREFIX)) != np.lib.format.MAGIC_PREFIX:
            raise ValueError(f"its member '{name}' is no array")
        first_version = member.read(2)[:1] == b"\1"
        read = np.lib.format.read_array_header_1_0 if first_version else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(member)
    if dtype.hasobject:
        raise ValueError(f"its member '{name}' holds pickled objects")
    return math.prod(shape) * max(dtype.itemsize, DOUBLE)
