"""Names of files and folders that are being written, and the sweeping of those that dead processes left."""

import hashlib
import os
import re
import secrets
import shutil
import socket
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

NAME = re.compile(r"\.(?P<final>.+)\.(?P<host>[0-9a-f]{8})-(?P<process>\d+)-[0-9a-f]{12}(?P<retired>\.retired)?\.tmp")
DAY_S = 86_400.0
# The kernel draws the boot id at its start; the other file names the namespace of process numbers.
BOOT = Path("/proc/sys/kernel/random/boot_id")
PROCESS_NUMBERS = Path("/proc/self/ns/pid")


def temporary_beside(path: Path, mark: str = "") -> Path:
    """Return a unique hidden name in the folder of `path` that names the process that writes it."""
    return path.with_name(f".{path.name}.{_host()}-{os.getpid()}-{secrets.token_hex(6)}{mark}.tmp")


def retired_beside(path: Path) -> Path:
    """Return a unique hidden name for the old folder while the new one takes its place."""
    return temporary_beside(path, ".retired")


def remove(path: Path) -> None:
    """Remove a file or a folder with all it holds; one that is gone already is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sweep(folder: Path, foreign_age_s: float = DAY_S) -> list[Path]:
    """Remove from `folder` what writers that died left behind, and return it.

    Parameters
    ----------
    folder : where to look; folders inside it are not searched
    foreign_age_s : a process of another host, container or start of the machine cannot be asked; its leftovers go once
        untouched for so long [s]

    A folder whose writer died between retiring the old one and putting the new one in place gets the old one back.
    """
    swept = []
    for entry in sorted(folder.iterdir()):
        match = NAME.fullmatch(entry.name)
        if match is None or not _is_stale(entry, match, foreign_age_s):
            continue
        final = folder / match["final"]
        if match["retired"] and not final.exists():
            entry.rename(final)
        else:
            remove(entry)
        swept.append(entry)
    return swept


def _is_stale(entry: Path, match: re.Match[str], foreign_age_s: float) -> bool:
    if match["host"] == _host():
        return not _is_alive(int(match["process"]))
    try:
        return time.time() - entry.stat().st_mtime > foreign_age_s
    except FileNotFoundError:
        return False


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@cache
def _host() -> str:
    """Return a name for the set of processes that share process numbers: one start of a machine, or a container.

    Two containers can have one host name, and then the number of a living writer in one means another process in the
    other, or none. Nothing that is lacking on a system without /proc makes two of its processes strangers.
    """
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(BOOT.read_text(encoding="ascii"))
    with suppress(OSError):
        parts.append(str(PROCESS_NUMBERS.readlink()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
