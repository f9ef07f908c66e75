"""Locks that die with their owner: the kernel releases them, so a crash never leaves one behind."""

import errno
import fcntl
import logging
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from hammerscale.errors import StoreError
from hammerscale.store.disk import reporting_write_errors

LOG = logging.getLogger(__name__)
# Time between two tries: a process that waits must react to a signal within a second.
RETRY_S = 0.3
TAKEN = (errno.EWOULDBLOCK, errno.EACCES)


def never() -> bool:
    """Return False: nothing interrupts the wait."""
    return False


@contextmanager
def locked(file: Path, wait: bool, interrupted: Callable[[], bool] = never) -> Iterator[str | None]:
    """Hold an exclusive lock on `file` while the block runs.

    Parameters
    ----------
    file : the file to lock, made where it is missing
    wait : whether to wait while the lock is in other hands
    interrupted : called while waiting; once it returns true, the wait ends

    Yields None when the lock is held, else what its owner wrote about itself.
    """
    with open_lock(file) as handle:
        yield acquire(handle, wait, interrupted)


def folder_lock(folder: Path) -> Path:
    """Return the lock of a folder that one process fills at a time, a run or a model: it lies next to the folder.

    The folder itself may be replaced by a rename, which would take a lock inside it away.
    """
    return Path(f"{folder.resolve()}.lock")


@contextmanager
def filling(folder: Path) -> Iterator[None]:
    """Be the only process that fills a folder while the block runs; wait for another one, which a log line names.

    Any signal that ends a process also ends the wait.
    """
    with locked(folder_lock(folder), wait=True):
        yield


def is_filled(folder: Path) -> bool:
    """Whether a process is filling a folder now: computes a run, trains a model."""
    return is_held(folder_lock(folder))


def open_lock(file: Path) -> BinaryIO:
    """Open a file to lock, with its folder; a place that cannot be written is a `StoreError`."""
    with reporting_write_errors(file, needed=0):
        file.parent.mkdir(parents=True, exist_ok=True)
        # Unbuffered: a full disk would refuse buffered bytes a second time when the file is closed.
        return cast(BinaryIO, file.open("a+b", buffering=0))


def acquire(handle: BinaryIO, wait: bool, interrupted: Callable[[], bool] = never) -> str | None:
    """Lock an open file and write who holds it; return the present owner's words instead if it stays taken."""
    waiting = False
    while not _try(handle, fcntl.LOCK_EX):
        handle.seek(0)
        owner = handle.read().decode(errors="replace").strip() or "another process"
        if not wait or interrupted():
            return owner
        if not waiting:
            LOG.info("waiting for %s, which holds %s", owner, handle.name)
            waiting = True
        # A lock that blocks would sleep through the signals that ask a process to stop.
        time.sleep(RETRY_S)
    with reporting_write_errors(Path(handle.name), needed=0):
        handle.truncate(0)
        handle.write(f"process {os.getpid()} on {platform.node()}".encode())
    return None


def is_held(file: Path) -> bool:
    """Whether a process holds the lock on `file`; this keeps no other process from taking it.

    A shared lock is tried and released at once, so a waiting process has to try once more. Do not call this
    about a lock that others try for without waiting.
    """
    try:
        with file.open("rb") as handle:
            return not _try(handle, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def _try(handle: BinaryIO, kind: int) -> bool:
    """Whether the lock could be had at once; a file system that refuses locks altogether is a `StoreError`."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in TAKEN:
            return False
        raise StoreError(
            f"cannot lock {handle.name}: {error.strerror}",
            "without locks, two processes could compute and write the same results",
            "let the results lie where files can be locked: Lustre mounted with -o flock, NFS 4, a local disk",
        ) from error
    return True
