"""JSON documents that show every change of a byte: one text per content, with its own digest as the last entry."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from hammerscale.errors import StoreError
from hammerscale.regular_files import TABLE_BYTES, parse_json, read_bytes
from hammerscale.store.atomic import write_text
from hammerscale.store.seal import damaged, unreadable

DIGEST = "sha256"


def write_sealed_json(path: Path, document: Mapping[str, object]) -> None:
    """Write `document` to `path`, for `read_sealed_json`; NaN and infinities, which JSON lacks, are refused."""
    try:
        text = sealed_text(document)
    except ValueError as error:
        raise StoreError(
            f"{path} was not written: one of its numbers is not finite ({error})",
            "a number that is none would be taken for a result",
            "look for the cause in what was computed: the log names the last steps",
        ) from error
    write_text(path, text)


def read_sealed_json(path: Path, read: Callable[[Path, int], bytes] = read_bytes) -> dict[str, object]:
    """Return what `write_sealed_json` wrote; a file with any other byte in it is a `DamagedFileError`.

    Parameters
    ----------
    path : file to read
    read : returns its bytes, at most so many
    """
    text = _read(path, read)
    try:
        document = parse_json(text)
        del document[DIGEST]
        same = sealed_text(document).encode() == text
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, "it is no document that this version of the program wrote") from error
    # One text per content: a changed digit, quote or space shows, wherever it is.
    if not same:
        raise damaged(path, "its bytes are not those that were written")
    return dict(document)


def sealed_text(document: Mapping[str, object]) -> str:
    """Return the only text that stands for a document, with its own digest in it."""
    content = json.dumps(document, allow_nan=False, ensure_ascii=False)
    sealed = {**document, DIGEST: hashlib.sha256(content.encode()).hexdigest()}
    return json.dumps(sealed, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def _read(path: Path, read: Callable[[Path, int], bytes]) -> bytes:
    try:
        return read(path, TABLE_BYTES)
    except OSError as error:
        raise unreadable(path, error.strerror) from error
