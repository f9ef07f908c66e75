"""Time spent on a result, also by processes that ended before it was finished: one small file per process.

The files lie next to the result. A process updates its own every few seconds, so a kill loses no more than these.
"""

import logging
import os
import platform
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from hammerscale.errors import StoreError
from hammerscale.store.sealed_json import read_sealed_json, write_sealed_json

LOG = logging.getLogger(__name__)
EVERY_S = 10.0
ENDING = ".spent"


class Spent(NamedTuple):
    """Time of processes.

    Attributes
    ----------
    cpu_s : CPU time of all of them [s]
    wall_s : wall time in which at least one ran [s]
    """

    cpu_s: float
    wall_s: float


def spent_folder(result: Path) -> Path:
    """Return the folder of what was spent on a result, next to it."""
    return result.with_name(result.name + ENDING)


@contextmanager
def noting(result: Path, identity: str) -> Iterator[None]:
    """Note what this process spends on a result while the block runs.

    Parameters
    ----------
    result : file or folder that the block makes
    identity : hash of what the result depends on; what was spent on another one is dropped
    """
    folder = spent_folder(result)
    _drop_others(folder, identity)
    begun, over = time.time(), threading.Event()
    file = folder / f"{platform.node()}-{os.getpid()}-{begun:.3f}.json"

    def note(finished: bool) -> None:
        spent = {"cpu_s": time.process_time(), "begun": begun, "ended": time.time()}
        try:
            write_sealed_json(file, {"identity": identity, "finished": finished, **spent})
        except StoreError as error:
            # A table of costs is not worth the result.
            LOG.warning("what this process spends is not noted: %s", error.what)

    def keep_noting() -> None:
        while not over.wait(EVERY_S):
            note(finished=False)

    note(finished=False)
    clock = threading.Thread(target=keep_noting, daemon=True)
    clock.start()
    finished = False
    try:
        yield
        finished = True
    finally:
        over.set()
        clock.join()
        note(finished)


def spent_on(result: Path, finished: bool) -> Spent:
    """Return what processes spent on a result: those that were ended before it was there, or all of them.

    Parameters
    ----------
    result : file or folder
    finished : whether to count the processes that finished it, too
    """
    notes = [note for note in _notes(spent_folder(result)) if finished or not note["finished"]]
    periods = sorted((float(str(note["begun"])), float(str(note["ended"]))) for note in notes)
    wall, until = 0.0, 0.0
    # Ranks of one job ran at the same time.
    for begun, ended in periods:
        wall += max(0.0, ended - max(begun, until))
        until = max(until, ended)
    return Spent(sum(float(str(note["cpu_s"])) for note in notes), wall)


def _drop_others(folder: Path, identity: str) -> None:
    for file, note in _readable(folder):
        if note["identity"] != identity:
            file.unlink(missing_ok=True)


def _notes(folder: Path) -> Iterator[dict[str, object]]:
    for _, note in _readable(folder):
        yield note


def _readable(folder: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    """Yield the notes in a folder without the damaged ones."""
    for file in sorted(folder.glob("*.json")):
        try:
            note = read_sealed_json(file)
        except StoreError:
            LOG.warning("%s cannot be read: what it noted does not count", file)
            continue
        if {"identity", "finished", "cpu_s", "begun", "ended"} <= note.keys():
            yield file, note
