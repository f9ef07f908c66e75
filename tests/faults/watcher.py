"""Looks at every NetCDF file under a final name, again and again, until it is told to stop: watcher.py FOLDER

It is a process of its own, since the HDF5 library must not be used by two threads. On SIGTERM it prints how many files
it has seen and which of them were not whole.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from hammerscale.store.netcdf import verify_file

PAUSE_S = 0.01


class Watcher:
    """Verifies each version of each file once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: set[tuple[str, int, int, int]] = set()
        self.invalid: list[dict[str, str]] = []
        self.asked_to_stop = False
        signal.signal(signal.SIGTERM, self._note)

    def _note(self, *_: object) -> None:
        self.asked_to_stop = True

    def run(self) -> None:
        """Look until told to stop, and once more after that."""
        self._look()
        print("watching", flush=True)  # noqa: T201  # the test waits for this line
        while not self.asked_to_stop:
            self._look()
            time.sleep(PAUSE_S)
        self._look()
        print(json.dumps({"seen": len(self.seen), "invalid": self.invalid}))  # noqa: T201

    def _look(self) -> None:
        for folder, folders, names in os.walk(self.folder):
            # Snakemake's own copies of files are nobody's results.
            folders[:] = [name for name in folders if name != ".snakemake"]
            for name in names:
                # Names that begin with a dot are unfinished on purpose.
                if name.endswith(".nc") and not name.startswith("."):
                    self._check(Path(folder, name))

    def _check(self, file: Path) -> None:
        version = _version(file)
        if version is None or version in self.seen:
            return
        self.seen.add(version)
        try:
            verify_file(file)
        except Exception as error:  # noqa: BLE001  # whatever it is, the file is not what it should be
            # Parts are removed once their shard is there, and a file may have been replaced by a newer one.
            if _version(file) == version:
                self.invalid.append({"file": str(file), "error": str(error)})


def _version(file: Path) -> tuple[str, int, int, int] | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return str(file), status.st_ino, status.st_mtime_ns, status.st_size


if __name__ == "__main__":
    Watcher(Path(sys.argv[1])).run()
