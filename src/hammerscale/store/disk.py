"""Room on the disk: checked before a write, and one error where it ran out."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hammerscale.errors import StoreError

# The device is full, a quota is reached, or a file exceeds the largest size allowed.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PROBE = 1 << 20


def free_bytes(folder: Path) -> int:
    """Return the bytes that this user can still write in `folder`, which need not be there yet."""
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    status = os.statvfs(existing)
    return status.f_bavail * status.f_frsize


def require_room(path: Path, needed: int) -> None:
    """Refuse a write of `needed` bytes to `path` that cannot succeed; a quota shows only while writing."""
    if free_bytes(path.parent) < needed:
        raise full_disk(path, needed)


def full_disk(path: Path, needed: int) -> StoreError:
    """Return the error of a disk without room for `path` of `needed` bytes."""
    return StoreError(
        f"no room to write {path}: {needed} bytes needed, {free_bytes(path.parent)} bytes free",
        "nothing new stands under that name; what stood there before is untouched",
        "free some space (or ask for a larger quota) and start again: finished files are kept",
    )


@contextmanager
def reporting_write_errors(path: Path, needed: int, only: Path | None = None) -> Iterator[None]:
    """Turn failed writes into a `StoreError` about `path`; with `only`, errors that are not about that file pass."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise full_disk(path, needed) from error
        if only is None or (error.filename is not None and str(error.filename).startswith(str(only))):
            raise _cannot_write(path, error.strerror or str(error)) from error
        raise


@contextmanager
def reporting_library_errors(path: Path, needed: int, temporary: Path) -> Iterator[None]:
    """Turn errors of the NetCDF library, which names no reason, into a `StoreError` about `path` that does."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        if not _can_grow(temporary):
            raise full_disk(path, needed) from error
        raise _cannot_write(path, str(error)) from error


def _cannot_write(path: Path, reason: str) -> StoreError:
    return StoreError(
        f"cannot write {path}: {reason}",
        "nothing new stands under that name; what stood there before is untouched",
        "check the folder, its permissions and its disk, then start again",
    )


def _can_grow(temporary: Path) -> bool:
    """Find out by trying whether the file may grow: this meets quotas and limits that free space does not show."""
    try:
        with temporary.open("ab") as file:
            file.write(bytes(PROBE))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno not in FULL
    return True
