"""A folder of files appears under its final name at once, with a manifest that it is verified against."""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hammerscale.inputs import read_input
from hammerscale.provenance import Provenance
from hammerscale.regular_files import open_regular
from hammerscale.store.atomic import prepare, synchronise
from hammerscale.store.disk import reporting_write_errors
from hammerscale.store.guard import require_wanted
from hammerscale.store.ownership import require_config
from hammerscale.store.seal import damaged, unreadable
from hammerscale.store.sealed_json import read_sealed_json, sealed_text
from hammerscale.store.temporary import remove, retired_beside, temporary_beside

MANIFEST = "manifest.json"


@contextmanager
def write_folder(path: Path, provenance: Provenance, needed: int = 0) -> Iterator[Path]:
    """Yield a temporary folder next to `path`, which takes its place when the block ends well.

    Parameters
    ----------
    path : final path of the folder, for example of an exported model
    provenance : what made it; goes into its manifest
    needed : size to expect [bytes]; checked against the free space first

    The caller fills the folder with files of any kind; their sizes and SHA-256 go into `manifest.json`. An old folder
    of that name stays whole until the new one is whole and verified.
    """
    temporary = temporary_beside(path)
    prepare(path, needed)
    try:
        with reporting_write_errors(path, needed, only=temporary):
            temporary.mkdir()
            yield temporary
        with reporting_write_errors(path, needed):
            _write_manifest(temporary, provenance)
            verify_folder(temporary)
            for entry in (*temporary.rglob("*"), temporary):
                synchronise(entry)
            require_wanted()
            _take_place(temporary, path)
            synchronise(path.parent)
    except BaseException:
        remove(temporary)
        raise


def verify_folder(path: Path, config_hash: str | None = None) -> None:
    """Raise a `StoreError` unless every file that the manifest names is there, byte for byte.

    Files that it does not name are ignored: workflow managers leave marks of their own in folders.
    """
    files = _read_manifest(path, config_hash)
    for name, written in files.items():
        file = path / name
        # A foreign manifest could name any file of this machine, or one that never ends.
        if not file.resolve().is_relative_to(path.resolve()):
            raise damaged(path, f"its {MANIFEST} names {name}, which lies outside")
        if not file.is_file():
            raise damaged(path, f"{name} is missing")
        if _fingerprint(file) != written:
            raise damaged(path, f"the bytes of {name} are not those that were written")


def _write_manifest(folder: Path, provenance: Provenance) -> None:
    files = {
        file.relative_to(folder).as_posix(): _fingerprint(file) for file in sorted(folder.rglob("*")) if file.is_file()
    }
    text = sealed_text({"files": files, "provenance": provenance.document()})
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _read_manifest(path: Path, config_hash: str | None) -> dict[str, dict[str, object]]:
    if not (path / MANIFEST).exists():
        raise damaged(path, f"its {MANIFEST} is missing")
    manifest = read_sealed_json(path / MANIFEST, read_input)
    try:
        files, owner = dict(manifest["files"]), manifest["provenance"]["config_hash"]  # type: ignore[call-overload,index]
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, f"its {MANIFEST} is not one of this program") from error
    require_config(path, owner, config_hash)
    return files


def _fingerprint(file: Path) -> dict[str, object]:
    try:
        with open_regular(file) as stream:
            return {"bytes": file.stat().st_size, "sha256": hashlib.file_digest(stream, "sha256").hexdigest()}
    except OSError as error:
        raise unreadable(file, error.strerror) from error


def _take_place(temporary: Path, path: Path) -> None:
    """Put the new folder where the old one is; no system call common to all file systems swaps two folders.

    Between the two renames there is no folder, never half of one; `sweep` returns the old one if the writer dies there.
    """
    while True:
        retired = retired_beside(path)
        with suppress(FileNotFoundError):
            path.rename(retired)
        try:
            temporary.rename(path)
        except OSError as error:
            # Another writer was faster: its folder is now the old one.
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                remove(retired)
                continue
            if retired.exists():
                retired.rename(path)
            raise
        remove(retired)
        return
