"""Damaged files are put aside for study, never deleted and never read again."""

import os
from itertools import count
from pathlib import Path

from hammerscale.store.atomic import synchronise


def quarantine(path: Path, place: Path | None = None) -> Path:
    """Rename a damaged file or folder to `<place>.damaged-<n>`, n the first free number, and return the new path.

    Parameters
    ----------
    path : what is damaged
    place : where to put it on the same disk; by default it stays where it is
    """
    place = place or path
    for number in count(1):
        aside = place.with_name(f"{place.name}.damaged-{number}")
        # A link to nothing does not exist, but its name is taken.
        if not os.path.lexists(aside):
            break
    path.rename(aside)
    synchronise(path.parent)
    synchronise(aside.parent)
    return aside
