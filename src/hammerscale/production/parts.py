"""Part files: what a rank has finished of a shard, flushed every few seconds so that a crash costs only those."""

import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.ledger.places import lock_file, parts_folder
from hammerscale.production.results import Results, concatenate, from_contents, has_outgrown
from hammerscale.store.atomic import synchronise
from hammerscale.store.lock import locked
from hammerscale.store.netcdf import read_netcdf, read_rows, verify_file
from hammerscale.store.ownership import ForeignFileError
from hammerscale.store.quarantine import quarantine
from hammerscale.store.seal import DamagedFileError

LOG = logging.getLogger(__name__)
INDEXED = ("path", "outcome", "last_good_time")


@dataclass(frozen=True)
class Index:
    """Where every finished simulation lies and how it ended, ascending by id, each id once.

    Attributes
    ----------
    ids : ids (n,)
    outcome : `Outcome` (n,)
    last_good_time : normalised time up to which a history is valid (n,)
    file : number of its file in `files` (n,)
    row : row in that file (n,)
    files : part files
    """

    ids: npt.NDArray[np.int64]
    outcome: npt.NDArray[np.int8]
    last_good_time: FloatArray
    file: npt.NDArray[np.intp]
    row: npt.NDArray[np.intp]
    files: tuple[Path, ...]

    def slabs(self, rows: int) -> Iterator[Results]:
        """Yield all simulations in order, `rows` at a time; the files must have been verified."""
        for start in range(0, self.ids.size, rows):
            yield self._gather(slice(start, start + rows))

    def _gather(self, piece: slice) -> Results:
        """Return some simulations from the files that hold them."""
        file, row = self.file[piece], self.row[piece]
        found = []
        for number in np.unique(file):
            wanted = row[file == number]
            first = wanted.min()
            contents = read_rows(self.files[number], "path", int(first), int(wanted.max()) + 1)
            found.append(from_contents(contents).select(wanted - first))
        together = concatenate(found)
        return together.select(np.argsort(together.ids))


@dataclass(frozen=True)
class PartFolder:
    """The parts of one shard.

    Attributes
    ----------
    folder : shared folder of the parts
    identity : hash of what the results depend on; parts that carry another one are ignored
    time_limit_s : present limit of a simulation [s]; those that were given up under a smaller one are ignored
    """

    folder: Path
    identity: str
    time_limit_s: float

    def new_file(self, rank: int, outcome: npt.NDArray[np.int8]) -> Path:
        """Return a name that no other process writes to; it holds the numbers of simulations and of failed ones."""
        failed = int((outcome != Outcome.CONVERGED).sum())
        counts = f"{outcome.size}s-{failed}f"
        return self.folder / f"{rank:04d}-{os.getpid()}-{secrets.token_hex(4)}-{counts}.nc"

    def adopt(self, shard: Path) -> None:
        """Make a finished shard a part, so that what can stay of it is not computed again."""
        outcome = read_netcdf(shard, names=["outcome"]).variables["outcome"].data
        self.folder.mkdir(exist_ok=True)
        shard.rename(self.new_file(0, outcome.astype(np.int8)))
        synchronise(self.folder)
        synchronise(shard.parent)

    def put_damaged_aside(self) -> None:
        """Move parts that are damaged next to the folder; for one process only, before anybody reads."""
        for file in self._files():
            try:
                verify_file(file, self.identity)
            except ForeignFileError:
                continue
            except DamagedFileError as error:
                # Not inside the folder, which is removed once the shard is there.
                aside = quarantine(file, self.folder.with_name(f"{self.folder.name}.{file.name}"))
                LOG.warning("%s; its simulations are run again (kept as %s)", error.what, aside)

    def index(self) -> Index:
        """Return where everything finished so far lies; parts of other configs are ignored."""
        files: list[Path] = []
        columns: list[tuple[npt.NDArray[np.generic], ...]] = []
        for file in self._files():
            try:
                contents = read_netcdf(file, names=INDEXED, config_hash=self.identity)
            except ForeignFileError:
                continue
            ids, outcome, good = (contents.variables[name].data for name in INDEXED)
            outgrown = has_outgrown(contents, self.time_limit_s)
            rows = np.flatnonzero((outcome != Outcome.TIME_LIMIT) | (not outgrown))
            columns.append((ids[rows], outcome[rows], good[rows], np.full(rows.size, len(files)), rows))
            files.append(file)
        if not columns:
            nothing = np.empty(0, dtype=np.intp)
            return Index(nothing, nothing.astype(np.int8), np.empty(0), nothing, nothing, ())
        ids, outcome, good, number, rows = (np.concatenate(column) for column in zip(*columns, strict=True))
        unique, first = np.unique(ids.astype(np.int64), return_index=True)
        return Index(
            unique,
            outcome[first].astype(np.int8),
            good[first].astype(np.float64),
            number[first].astype(np.intp),
            rows[first].astype(np.intp),
            tuple(files),
        )

    def remove(self) -> None:
        """Remove the parts, those of other configs too: a finished shard has replaced them."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.nc"))


def sweep_parts(shard: Path, identity: str) -> None:
    """Remove the parts that a finished shard has replaced: a process that dies in between leaves both.

    Parameters
    ----------
    shard : the shard's file
    identity : hash of what its results depend on

    Parts stay next to a shard that is not whole, is of another config, or is in the hands of another process.
    """
    folder = parts_folder(shard)
    if not (folder.is_dir() and shard.exists()):
        return
    with locked(lock_file(shard), wait=False) as owner, suppress(DamagedFileError, ForeignFileError, FileNotFoundError):
        if owner is None:
            verify_file(shard, identity)
            shutil.rmtree(folder)
