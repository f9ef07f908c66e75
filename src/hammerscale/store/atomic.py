"""A file appears under its final name at once: whole, verified and on the disk, or not at all."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hammerscale.errors import StoreError
from hammerscale.store.disk import reporting_write_errors, require_room
from hammerscale.store.guard import require_wanted
from hammerscale.store.temporary import remove, temporary_beside


@contextmanager
def replacing(path: Path, needed: int = 0) -> Iterator[Path]:
    """Yield a temporary path next to `path`, which takes its place when the block ends well.

    Parameters
    ----------
    path : final path; its folder is made where it is missing
    needed : size to expect [bytes]; checked against the free space first

    The caller writes, closes and verifies the temporary file; it is removed when the block fails. Two writers of one
    path do not meet: the last one wins. A full disk is one `StoreError`.
    """
    temporary = temporary_beside(path)
    prepare(path, needed)
    try:
        with reporting_write_errors(path, needed, only=temporary):
            yield temporary
        with reporting_write_errors(path, needed):
            synchronise(temporary)
            require_wanted()
            temporary.replace(path)
            synchronise(path.parent)
    except BaseException:
        remove(temporary)
        raise


def prepare(path: Path, needed: int) -> None:
    """Make the folder of `path` and refuse a write of `needed` bytes that cannot fit."""
    with reporting_write_errors(path, needed):
        path.parent.mkdir(parents=True, exist_ok=True)
        require_room(path, needed)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`."""
    with replacing(path, len(data)) as temporary:
        with temporary.open("xb") as file:
            file.write(data)
        if temporary.read_bytes() != data:
            raise StoreError(
                f"{path}: the disk returned other bytes than were written",
                "the file was discarded; a disk that does this damages results silently",
                "check the disk and start again",
            )


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8."""
    write_bytes(path, text.encode())


def write_json(path: Path, document: Mapping[str, object]) -> None:
    """Write `document` to `path` as indented JSON; NaN and infinities, which JSON lacks, are refused."""
    write_text(path, json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def synchronise(path: Path) -> None:
    """Wait until a file or the entries of a folder are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot synchronise a folder; for a file that would be a failure.
        if error.errno != errno.EINVAL or not path.is_dir():
            raise
    finally:
        os.close(descriptor)
