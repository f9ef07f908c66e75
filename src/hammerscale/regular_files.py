"""Reads files of any origin, but only regular ones up to a stated size, so that nothing hangs.

A pipe waits for a writer, a device never ends, and a text of brackets exhausts the stack of the JSON reader. Whatever
is wrong with a file is an `OSError` with its reason in `strerror`, with its content a `ValueError`: callers turn both
into errors of their own.
"""

import errno
import hashlib
import json
import stat
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any

MIB = 1 << 20
# Limit for configs, materials, laws and decks; the longest of this repository has a thousandth of it.
CONFIG_BYTES = 4 * MIB
# Limit for paths, textures, cases and other documents: a million grains take a hundred megabytes.
TABLE_BYTES = 256 * MIB
KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def open_regular(file: Path, at_most: int | None = None) -> BufferedReader:
    """Open a regular file of at most so many bytes for reading, or one that a link leads to.

    Parameters
    ----------
    file : the file
    at_most : its largest size [bytes], None for any
    """
    # Checked before the file is opened, because opening a pipe waits for its writer.
    status = file.stat()
    for is_kind, name in KINDS:
        if is_kind(status.st_mode):
            raise OSError(errno.EINVAL, f"it is {name}, not a regular file", str(file))
    if at_most is not None and status.st_size > at_most:
        raise _too_large(file, at_most)
    return file.open("rb")


def require_regular(file: Path, at_most: int | None = None) -> None:
    """Raise an `OSError` unless a file that a library is about to open is a regular one of at most so many bytes."""
    open_regular(file, at_most).close()


def read_bytes(file: Path, at_most: int) -> bytes:
    """Return the content of a regular file of at most so many bytes."""
    return b"".join(_blocks(file, at_most))


def read_text(file: Path, at_most: int) -> str:
    """Return the text of a regular file in UTF-8, without the mark that spreadsheets begin it with."""
    return read_bytes(file, at_most).decode("utf-8-sig")


def read_json(file: Path, at_most: int = TABLE_BYTES) -> Any:
    """Return what a JSON file holds."""
    return parse_json(read_bytes(file, at_most))


def parse_json(text: str | bytes) -> Any:
    """Return what a JSON text holds; one that is nested too deeply is a `ValueError` like any other that is none."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("its brackets are nested too deeply") from error


def sha256_of(file: Path, at_most: int | None = None) -> str:
    """Return the SHA-256 of a regular file of at most so many bytes."""
    digest = hashlib.sha256()
    for block in _blocks(file, at_most):
        digest.update(block)
    return digest.hexdigest()


def _blocks(file: Path, at_most: int | None) -> Iterator[bytes]:
    """Yield the content of a file; the sizes of those that the kernel makes up, and of growing ones, show only here."""
    left = at_most
    with open_regular(file, at_most) as stream:
        while block := stream.read(MIB):
            if left is not None:
                left -= len(block)
                if left < 0:
                    raise _too_large(file, at_most)
            yield block


def _too_large(file: Path, at_most: int | None) -> OSError:
    return OSError(errno.EINVAL, f"it has more than the {at_most:,} bytes that such a file may have", str(file))
