"""Damaged files are put aside for study, never deleted and never read again."""

from itertools import count
from pathlib import Path

from hammerscale.store.atomic import synchronise


def quarantine(path: Path) -> Path:
    """Rename a damaged file or folder to `<name>.damaged-<n>`, n the first free number, and return the new path."""
    for number in count(1):
        aside = path.with_name(f"{path.name}.damaged-{number}")
        if not aside.exists():
            break
    path.rename(aside)
    synchronise(path.parent)
    return aside
