"""Law files that a campaign writes are sealed: a byte that changes afterwards is noticed when the law is read."""

import hashlib
from pathlib import Path

from hammerscale.errors import InputError
from hammerscale.regular_files import CONFIG_BYTES, read_bytes

SEAL = "# sealed: "


def sealed(text: str) -> str:
    """Return the text of a law file with a first line that seals all others."""
    return f"{_seal(text.encode())}\n{text}"


def is_broken(file: Path) -> bool:
    """Return whether the first line of a law file seals another text than stands below it."""
    try:
        first, _, text = read_bytes(file, CONFIG_BYTES).partition(b"\n")
    except OSError:
        # Its reader refuses it with better words.
        return False
    return first.startswith(SEAL.encode()) and first.decode(errors="replace") != _seal(text)


def require_sealed(file: Path) -> None:
    """Refuse a law file whose seal is broken."""
    if is_broken(file):
        raise InputError(
            f"{file} is damaged or was edited: its first line seals another text",
            "results under it would stand for another law than the campaign's",
            "start the workflow again, which writes it anew; a law of your own belongs in config/laws",
        )


def _seal(text: bytes) -> str:
    return f"{SEAL}{hashlib.sha256(text).hexdigest()}"
