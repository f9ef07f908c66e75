"""Compute one shard: many simulations, by one process or many ranks, which may end at any moment.

A process that is asked to stop finishes the simulation it is at and keeps everything. One that dies (SIGKILL, a lost
node) loses what it computed since its last flush: some seconds, or all of it while it works in a scratch folder.
"""

import logging
import signal
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Self

from hammerscale.campaign.failures import note_failures
from hammerscale.campaign.identity import shard_identities
from hammerscale.campaign.layout import lock_file, parts_folder, shard_files
from hammerscale.campaign.lock import locked
from hammerscale.campaign.outline_file import settled_outline
from hammerscale.campaign.parts import PartFolder
from hammerscale.campaign.pull import Team, form_team
from hammerscale.campaign.results import Results, concatenate, has_outgrown
from hammerscale.campaign.simulator import Simulator, build_simulator
from hammerscale.campaign.warm import warm_node_cache
from hammerscale.config import Config
from hammerscale.errors import CampaignError, StoreError
from hammerscale.store.netcdf import read_netcdf
from hammerscale.store.ownership import ForeignFileError
from hammerscale.store.quarantine import quarantine

LOG = logging.getLogger(__name__)
FLUSH_S = 10.0
ASKS_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)


class Interruption:
    """Turns Ctrl-C, SIGTERM and SIGUSR1 (a time limit) into a flag that is looked at between simulations.

    It does so while its block runs; then the signals mean again what they meant before.
    """

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._note) for number in ASKS_TO_STOP}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


@dataclass(frozen=True)
class Worker:
    """One process and its share of a shard.

    Attributes
    ----------
    team : the processes that compute the shard together
    interruption : set when the process is to stop soon
    simulator : runs single simulations
    """

    team: Team
    interruption: Interruption
    simulator: Simulator

    def compute(self, pending: list[int], parts: PartFolder) -> None:
        """Run this process's share of the simulations with these ids, flushing a part every few seconds."""
        LOG.info("%d simulations to do", len(pending))
        unsaved: list[Results] = []
        flushed = time.monotonic()
        for task in self.team.tasks(len(pending)):
            # An interrupted rank still empties its queue, so that rank 0 never waits for a request that does not come.
            if self.interruption.asked:
                continue
            unsaved.append(self.simulator.run(pending[task]))
            if time.monotonic() - flushed >= FLUSH_S:
                self.flush(unsaved, parts)
                flushed = time.monotonic()
        self.flush(unsaved, parts)

    def flush(self, unsaved: list[Results], parts: PartFolder) -> None:
        """Write finished simulations to a part of their own and forget them."""
        if unsaved:
            together = concatenate(unsaved)
            self.simulator.write(parts.new_file(self.team.rank, together), together)
            LOG.info("rank %d: %d simulations saved", self.team.rank, together.ids.size)
            unsaved.clear()


def run_shard(config: Config, dataset: str, number: int, ranks: int = 1) -> None:
    """Compute what is missing of one shard and write it; `ranks` is the number of MPI ranks asked for."""
    with Interruption() as interruption:
        _run_shard(config, dataset, number, form_team(ranks), interruption)


def _run_shard(config: Config, dataset: str, number: int, team: Team, interruption: Interruption) -> None:
    outline = settled_outline(config, dataset)
    shard = outline.shard(number)
    wanted = outline.shard_ids(shard)
    settings = config.datasets[dataset]
    identity = shard_identities(config, dataset, outline)[number]
    file = shard_files(config, dataset, outline)[number]
    parts = PartFolder(parts_folder(file), identity, settings.time_limit_s)
    with _exclusively(file, team):
        if team.any(team.rank == 0 and is_finished(file, parts)):
            LOG.info("shard %d of %s was finished already", number, dataset)
            return
        worker = Worker(team, interruption, build_simulator(config, dataset, outline.block(shard.block), identity))
        warm_node_cache(worker.simulator, wanted[0])
        scratch = settings.shards.scratch
        _compute_missing(worker, wanted, parts, Path(scratch) if scratch else None)
        if team.any(interruption.asked):
            raise CampaignError(
                f"shard {number} of {dataset} was interrupted", "what was finished is kept", "start it again to go on"
            )
        if team.rank == 0:
            _finish(file, worker.simulator, parts, wanted)
        # No rank leaves before the shard is there, since the launcher may end the others with the first that does.
        team.any(False)


def is_finished(file: Path, parts: PartFolder) -> bool:
    """Whether a shard is there, whole, of the parts' identity and computed under no smaller time limit.

    If it is not, what can stay of the shard and its parts is made ready to go on from: damaged files are put aside, a
    shard with simulations that deserve more time becomes a part, and one of another config waits to be replaced.
    """
    if file.exists():
        try:
            contents = read_netcdf(file, config_hash=parts.identity)
        except ForeignFileError as error:
            LOG.info("%s; it is replaced", error.what)
        except StoreError as error:
            LOG.warning("%s; kept as %s and computed again", error.what, quarantine(file).name)
        else:
            if not has_outgrown(contents, parts.time_limit_s):
                return True
            LOG.info("%s: simulations given up under a smaller time limit are computed again", file)
            parts.adopt(file)
    parts.put_damaged_aside()
    return False


def _exclusively(file: Path, team: Team) -> AbstractContextManager[str | None]:
    """Return a lock that keeps orphans of an earlier run from computing the same shard; ranks share that of rank 0."""
    return locked(lock_file(file), wait=True) if team.rank == 0 else nullcontext()


def _compute_missing(worker: Worker, wanted: range, parts: PartFolder, scratch: Path | None) -> None:
    """Compute what no part holds yet; parts go to `scratch` first if there is one, and home at the end."""
    before = parts.read()
    known = set(before.ids.tolist()) if before else set()
    pending = [identifier for identifier in wanted if identifier not in known]
    # Nobody writes a part before everybody has seen which simulations are pending.
    worker.team.any(False)
    if scratch is None:
        worker.compute(pending, parts)
    else:
        scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            local = replace(parts, folder=Path(folder))
            worker.compute(pending, local)
            if found := local.read():
                worker.flush([found], parts)
    worker.team.any(False)


def _finish(file: Path, simulator: Simulator, parts: PartFolder, wanted: range) -> None:
    """Replace the parts of a complete shard by the shard."""
    results = parts.read()
    found = results.ids.tolist() if results else []
    if results is None or found != list(wanted):
        missing = sorted(set(wanted) - set(found))
        raise CampaignError(
            f"{file}: {len(missing)} of {len(wanted)} simulations are missing, the first is {missing[:1]}",
            "a shard is only written when it is complete",
            "start it again; if it happens twice, check the disk",
        )
    # Before the shard, so that a shard under its final name never lacks its list.
    note_failures(file, results)
    simulator.write(file, results)
    parts.remove()
