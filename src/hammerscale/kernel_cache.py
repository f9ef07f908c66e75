"""Where compiled kernels lie: in a folder named by the text of all kernels, so that stale machine code is never met.

Numba compiles a function again when its own file has changed, but not when a function or constant that it uses has,
and then runs the old code without a word. With this folder, any change leads to a new, empty cache. What lies in it is
run, so a folder that another user owns or could exchange is never used. The package runs this when it is imported,
since Numba reads where its cache lies only once: nothing but the standard library here.
"""

import hashlib
import os
import re
import stat
import sys
from contextlib import suppress
from itertools import chain
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
PACKAGE = Path(__file__).resolve().parent
# The folders of the package in which kernels lie, and the constants that are compiled into them.
KERNEL_FOLDERS = ("cell", "crystal", "laws", "loading", "macro", "surrogate", "tensor")
# What compiles them, and the outcomes that they return.
SHARED = ("arrays.py", "compiler.py")
NAME = re.compile(r"hammerscale-[0-9a-f]{16}")
# Caches of older code are kept, so that going back to it or to another branch does not compile everything again.
KEPT = 4
PRIVATE = 0o700
ROOT = 0


def place_kernel_cache() -> None:
    """Point Numba at the folder of this very code: below NUMBA_CACHE_DIR, next to the package, or the user's."""
    name = f"hammerscale-{code_key(PACKAGE)}"
    folders = [place / name for place in _places(os.environ.get(VARIABLE))]
    folder = next((folder for folder in folders if _made(folder)), None) or _private(name)
    os.environ[VARIABLE] = str(folder)
    if (numba := sys.modules.get("numba")) is not None:
        numba.config.CACHE_DIR = str(folder)


def code_key(package: Path) -> str:
    """Return a hash of every source file of a package that compiled kernels can depend on."""
    digest = hashlib.sha256()
    folders = [sorted((package / folder).rglob("*.py")) for folder in KERNEL_FOLDERS]
    for file in chain((package / name for name in SHARED), *folders):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(package)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _places(chosen: str | None) -> list[Path]:
    """Return the folders to try, that of the user's choice first.

    A parent process has put a name of its own into the variable: not all of that was chosen.
    """
    place = Path(chosen).absolute() if chosen else None
    if place and NAME.fullmatch(place.name):
        place = None if place.parent.name == "__pycache__" else place.parent
    of_user = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))  # noqa: PTH111  # never fails
    own = [PACKAGE / "__pycache__", of_user / "hammerscale"]
    return [place, *own] if place else own


def _made(folder: Path) -> bool:
    """Whether the folder is there, made where it was missing, and is this user's alone; making it sweeps older ones."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=PRIVATE)
        if not (_is_own(folder) and _is_safe(folder.parent)):
            return False
        folder.chmod(PRIVATE)
        # The time of the folder shows which caches are in use.
        os.utime(folder)
        _sweep(folder.parent)
    except OSError:
        return False
    return True


def _private(name: str) -> Path:
    """Return a new folder of this process and its children, for a machine on which this user owns no other place."""
    import atexit
    import shutil
    import tempfile

    place = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    (place / name).mkdir(mode=PRIVATE)
    return place / name


def _is_own(folder: Path) -> bool:
    """Whether this user owns a folder that is there, is no link, and was never open to everybody."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & stat.S_IWOTH


def _is_safe(place: Path) -> bool:
    """Whether no other user can exchange what lies in a folder: neither its owner nor, without the sticky bit, all."""
    status = place.stat()
    open_to_all = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
    return status.st_uid in (os.geteuid(), ROOT) and not open_to_all


def _sweep(place: Path) -> None:
    """Remove the caches of older code but those used last; a process that still runs on one compiles for itself."""
    found = [entry for entry in place.iterdir() if NAME.fullmatch(entry.name) and _is_own(entry)]
    if len(found) <= KEPT:
        return
    import shutil

    for folder in sorted(found, key=_last_use, reverse=True)[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def _last_use(folder: Path) -> float:
    """Return the time of the last use [s since 1970]; another process may have swept the folder already."""
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
