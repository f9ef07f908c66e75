"""Part files: what a rank has finished of a shard, flushed every few seconds so that a crash costs only those."""

import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hammerscale.campaign.results import Results, concatenate, from_contents, within_limit
from hammerscale.errors import StoreError
from hammerscale.rev.unit_cell import Outcome
from hammerscale.store.atomic import synchronise
from hammerscale.store.netcdf import read_netcdf, verify
from hammerscale.store.ownership import ForeignFileError
from hammerscale.store.quarantine import quarantine

LOG = logging.getLogger(__name__)


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

    def new_file(self, rank: int, results: Results) -> Path:
        """Return a name that no other process writes to; it says how many simulations there are and how many failed."""
        failed = int((results.outcome != Outcome.CONVERGED).sum())
        counts = f"{results.ids.size}s-{failed}f"
        return self.folder / f"{rank:04d}-{os.getpid()}-{secrets.token_hex(4)}-{counts}.nc"

    def adopt(self, shard: Path) -> None:
        """Make a finished shard a part, so that what can stay of it is not computed again."""
        file = self.new_file(0, from_contents(read_netcdf(shard)))
        self.folder.mkdir(exist_ok=True)
        shard.rename(file)
        synchronise(self.folder)
        synchronise(shard.parent)

    def put_damaged_aside(self) -> None:
        """Move damaged parts out of the folder, beside it; for one process only, before the others read."""
        for file in self._files():
            try:
                verify(file, self.identity)
            except ForeignFileError:
                continue
            except StoreError as error:
                # Not inside the folder, which is removed once the shard is there.
                aside = quarantine(file, self.folder.with_name(f"{self.folder.name}.{file.name}"))
                LOG.warning("%s; its simulations are run again (kept as %s)", error.what, aside)

    def read(self) -> Results | None:
        """Return everything finished so far, ascending by id, each id once; parts of other configs are ignored."""
        found = list(self._read_own())
        if not found:
            return None
        together = concatenate(found)
        first = {int(identifier): row for row, identifier in reversed(list(enumerate(together.ids)))}
        return together.select(np.array([first[identifier] for identifier in sorted(first)], dtype=np.intp))

    def remove(self) -> None:
        """Remove the parts, those of other configs too: a finished shard has replaced them."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.nc"))

    def _read_own(self) -> Iterator[Results]:
        for file in self._files():
            try:
                yield within_limit(read_netcdf(file, config_hash=self.identity), self.time_limit_s)
            except ForeignFileError:
                continue
