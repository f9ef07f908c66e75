"""Locks that die with their owner: the kernel releases them, so a crash never leaves one behind."""

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hammerscale.store.disk import reporting_write_errors


@contextmanager
def locked(file: Path, wait: bool) -> Iterator[str | None]:
    """Hold an exclusive lock on `file` while the block runs.

    Yields None when the lock is held. With `wait=False` and the lock in other hands, yields what its owner wrote about
    itself.
    """
    with open_lock(file) as handle:
        owner = acquire(handle, wait)
        yield owner


def open_lock(file: Path) -> IO[str]:
    """Open a file to lock, with its folder; a place that cannot be written is a `StoreError`."""
    with reporting_write_errors(file, needed=0):
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.open("a+", encoding="utf-8")


def acquire(handle: IO[str], wait: bool) -> str | None:
    """Lock an open file and write who holds it; return the present owner's words instead if it is taken."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        handle.seek(0)
        return handle.read().strip() or "another process"
    handle.seek(0)
    handle.truncate()
    handle.write(f"process {os.getpid()} on {platform.node()}")
    handle.flush()
    return None


def is_held(file: Path) -> bool:
    """Whether somebody holds the lock on `file`, without keeping anybody from taking it.

    A shared lock is tried for and given back at once, so who waits for the lock loses microseconds. Do not ask this
    about a lock that others try for without waiting.
    """
    try:
        with file.open(encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
