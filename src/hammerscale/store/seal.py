"""The seal: one line after the end of a file that holds the SHA-256 of every byte before it.

HDF5 stores where its file ends and ignores what follows, so a sealed NetCDF or VTKHDF file opens everywhere. Fletcher
checksums and digests of arrays leave headers, padding and attributes open; the seal covers every byte, itself included.
"""

import errno
import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from hammerscale.errors import StoreError
from hammerscale.regular_files import open_regular

MARK = b"\nhammerscale-seal sha256 "
LENGTH = len(MARK) + 64 + 1
BLOCK = 1 << 20
# These errors last: the path is a folder, a pipe, a broken link or not readable. Others may pass.
LASTING = frozenset({errno.EISDIR, errno.EINVAL, errno.ELOOP, errno.ENXIO, errno.EACCES, errno.EPERM})


class DamagedFileError(StoreError):
    """The bytes of a file are not those that were written. Only this error justifies putting a file aside."""


def seal(path: Path) -> None:
    """Append the seal to a closed file."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        line = _line(file, size)
        file.seek(size)
        file.write(line)


def check_seal(path: Path) -> None:
    """Raise a `DamagedFileError` unless every byte of the file is the one that was sealed.

    This reads the file as bytes: no library meets damaged data, on which it could crash. A file that cannot be read
    now is another `StoreError`, since it may be whole.
    """
    try:
        with open_regular(path) as file:
            size = file.seek(0, os.SEEK_END)
            if size == 0:
                raise damaged(path, "it is empty")
            body = max(size - LENGTH, 0)
            file.seek(body)
            line = file.read()
            if not line.startswith(MARK) or len(line) != LENGTH:
                raise damaged(path, "its seal is missing: it was cut short or not written by this program")
            if line != _line(file, body):
                raise damaged(path, "its bytes are not those that were sealed")
    except OSError as error:
        if error.errno in LASTING or (path.is_symlink() and not path.exists()):
            raise damaged(path, f"it cannot be read ({error.strerror})") from error
        raise unreadable(path, error.strerror) from error


def seal_of(path: Path) -> bytes:
    """Return the seal of a file, which stands for its contents, unchecked; nothing where there is no file."""
    try:
        with open_regular(path) as file:
            file.seek(max(file.seek(0, os.SEEK_END) - LENGTH, 0))
            return file.read()
    except OSError:
        return b""


def require_sealed_as(path: Path, before: bytes) -> None:
    """Raise a `StoreError` if a file was replaced by another since its seal was `before`."""
    if seal_of(path) != before:
        raise StoreError(
            f"{path} was replaced while it was read",
            "results of the old and the new contents must not be mixed",
            "start again",
        )


def damaged(path: Path, reason: str) -> DamagedFileError:
    """Return the error of a file that must not be used."""
    return DamagedFileError(
        f"{path} is damaged: {reason}",
        "results read from it could be wrong without a sign",
        "move it away and run the campaign again: what it held is made anew",
    )


def unreadable(path: Path, reason: str | None) -> StoreError:
    """Return the error of a file that could not be read, for example because its server did not respond."""
    return StoreError(
        f"cannot read {path}: {reason}",
        "it may be whole, so it was left where it is",
        "start again; if it happens twice, look at the file, its permissions and its disk",
    )


def _line(file: BinaryIO, size: int) -> bytes:
    """Return the seal of the first `size` bytes of an open file."""
    digest = hashlib.sha256()
    file.seek(0)
    left = size
    while left:
        block = file.read(min(left, BLOCK))
        if not block:
            break
        digest.update(block)
        left -= len(block)
    return MARK + digest.hexdigest().encode() + b"\n"
