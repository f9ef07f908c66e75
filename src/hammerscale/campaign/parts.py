"""Part files: what a rank has finished of a shard, flushed every few seconds so that a crash costs only those."""

import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hammerscale.campaign.results import Results, concatenate, from_contents
from hammerscale.errors import StoreError
from hammerscale.rev.unit_cell import Outcome
from hammerscale.store.netcdf import read_netcdf
from hammerscale.store.quarantine import quarantine

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class PartFolder:
    """The parts of one shard.

    Attributes
    ----------
    folder : shared folder of the parts
    identity : hash that every part must carry
    """

    folder: Path
    identity: str

    def new_file(self, rank: int, results: Results) -> Path:
        """Return a name that no other process writes to; it says how many simulations there are and how many failed."""
        failed = int((results.outcome != Outcome.CONVERGED).sum())
        counts = f"{results.ids.size}s-{failed}f"
        return self.folder / f"{rank:04d}-{os.getpid()}-{secrets.token_hex(4)}-{counts}.nc"

    def read(self) -> Results | None:
        """Return everything finished so far, ascending by id, each id once; damaged parts are put aside."""
        found = list(self._read_valid())
        if not found:
            return None
        together = concatenate(found)
        first = {int(identifier): row for row, identifier in reversed(list(enumerate(together.ids)))}
        return together.select(np.array([first[identifier] for identifier in sorted(first)]))

    def remove(self) -> None:
        """Remove the parts, which a finished shard has replaced."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read_valid(self) -> Iterator[Results]:
        for file in sorted(self.folder.glob("*.nc")):
            try:
                yield from_contents(read_netcdf(file, config_hash=self.identity))
            except StoreError as error:
                LOG.warning("%s; its simulations are run again (kept as %s)", error.what, quarantine(file).name)
