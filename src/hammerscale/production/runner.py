"""Compute one shard: many simulations, by one process or many ranks, which may end at any moment.

A process that is asked to stop finishes the simulation it is at and keeps everything. One that dies (SIGKILL, a lost
node) loses what it computed since its last flush: some seconds, or all of it while it works in a scratch folder.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hammerscale.arrays import Outcome
from hammerscale.config import Config
from hammerscale.errors import CampaignError
from hammerscale.ledger.identity import shard_identities, variant_inputs
from hammerscale.ledger.outline import Outline
from hammerscale.ledger.outline_file import settled_outline
from hammerscale.ledger.places import lock_file, parts_folder, shard_files
from hammerscale.production.failures import known_failures, note_failures, refuse_many_failures
from hammerscale.production.interruption import Interruption
from hammerscale.production.parts import Index, PartFolder
from hammerscale.production.progress import Report, reporting
from hammerscale.production.results import Results, concatenate, has_outgrown
from hammerscale.production.scratch import scratch_folder, working_in
from hammerscale.production.simulator import Simulator, build_simulator
from hammerscale.production.warm import warm_kernel_cache
from hammerscale.production.work_queue import Team, form_team
from hammerscale.store.guard import unguarded
from hammerscale.store.lock import locked
from hammerscale.store.netcdf import read_netcdf, verify_file
from hammerscale.store.ownership import ForeignFileError
from hammerscale.store.quarantine import quarantine
from hammerscale.store.seal import DamagedFileError
from hammerscale.store.spending import noting

LOG = logging.getLogger(__name__)
FLUSH_S = 10.0


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

    def compute(self, pending: Sequence[int], parts: PartFolder, report: Report) -> None:
        """Run this process's share of the simulations with these ids, flushing a part every few seconds."""
        unsaved: list[Results] = []
        flushed = time.monotonic()
        most = self.simulator.axes.slab_rows
        done = failed = 0
        for batch in self._batches(pending):
            # An interrupted rank still empties its queue, so that rank 0 never waits for a request that does not come.
            if self.interruption.asked():
                continue
            unsaved.append(self.simulator.run(batch))
            done, failed = done + len(batch), failed + int((unsaved[-1].outcome != Outcome.CONVERGED).sum())
            self._tell(done, failed, report)
            if time.monotonic() - flushed >= FLUSH_S or sum(one.ids.size for one in unsaved) >= most:
                self.flush(unsaved, parts)
                flushed = time.monotonic()
        self.flush(unsaved, parts)
        # Others tell only between their tasks: rank 0 stops listening when it has handed out the last one.
        if self.team.rank == 0:
            self._tell(done, failed, report)

    def _batches(self, pending: Sequence[int]) -> Iterator[list[int]]:
        """Yield this process's share of the ids; a batch lies in one chunk, so that no rank hoards the last tasks."""
        for chunk in self.team.chunks(len(pending)):
            yield from self.simulator.batches(pending[chunk.start : chunk.stop])

    def flush(self, unsaved: list[Results], parts: PartFolder) -> None:
        """Write finished simulations to a part of their own and forget them."""
        if unsaved:
            together = concatenate(unsaved)
            self.simulator.write(parts.new_file(self.team.rank, together.outcome), together.ids.size, [together])
            unsaved.clear()

    def merge(self, index: Index, file: Path) -> None:
        """Write all simulations of an index to one file, in the order of their ids."""
        self.simulator.write(file, index.ids.size, index.slabs(self.simulator.axes.slab_rows))

    def _tell(self, done: int, failed: int, report: Report) -> None:
        if self.team.rank > 0:
            self.team.tell(done, failed)
            return
        done_by_others, failed_of_others = self.team.told()
        report(done + done_by_others, failed + failed_of_others)


def run_shard(config: Config, dataset: str, number: int, ranks: int = 1) -> None:
    """Compute what is missing of one shard and write it; `ranks` is the number of MPI ranks asked for."""
    # A shard's name holds the hash of all that it depends on: an orphan's is of use to the plan that asks for it again.
    with Interruption() as interruption, unguarded():
        _run_shard(config, dataset, number, form_team(ranks), interruption)


def _run_shard(config: Config, dataset: str, number: int, team: Team, interruption: Interruption) -> None:
    outline = settled_outline(config, dataset)
    shard = outline.shard(number)
    wanted = outline.shard_ids(shard)
    settings = config.datasets[dataset]
    identity = shard_identities(config, dataset, outline)[number]
    file = shard_files(config, dataset, outline)[number]
    parts = PartFolder(parts_folder(file), identity, settings.time_limit_s)
    with _exclusively(file, team, interruption), noting(file.with_suffix(""), identity):
        _refuse_hopeless(config, dataset, outline, file, team)
        if team.any(team.rank == 0 and is_finished(file, parts)):
            LOG.info("shard %d of %s was finished already", number, dataset)
            return
        simulator = build_simulator(config, dataset, outline, outline.block(shard.block), identity)
        worker = Worker(team, interruption, simulator)
        kernels = variant_inputs(config, dataset, outline)[shard.variants[0], shard.block]["simulation"]
        warm_kernel_cache(worker.simulator, wanted[0], kernels, interruption.asked)
        _compute_missing(worker, wanted, parts, settings.shards.scratch)
        if team.any(interruption.asked()):
            raise CampaignError(
                f"shard {number} of {dataset} was interrupted", "what was finished is kept", "start it again to go on"
            )
        if team.rank == 0:
            _finish(file, worker, parts, wanted)
        # No rank leaves before the shard is there, since the launcher may end the others with the first that does.
        team.any(False)


def _refuse_hopeless(config: Config, dataset: str, outline: Outline, file: Path, team: Team) -> None:
    """Begin no new shard once the failures of the others rule the data set out; one that is there is mended.

    Not at the end of a shard: a failed job could lose it, and the next one stops at once.
    """
    settings = config.datasets[dataset]
    failed: list[tuple[int, str]] = []
    if team.rank == 0 and not file.exists():
        failed = known_failures(shard_files(config, dataset, outline).values(), settings.time_limit_s)
    refuse_many_failures(dataset, team.share(failed), outline.simulations, settings.max_failed_fraction)


def is_finished(file: Path, parts: PartFolder) -> bool:
    """Whether a shard is there, whole, of the parts' identity and computed under no smaller time limit.

    Parts that such a shard has replaced are removed: a process may have died before it could. If it is not finished,
    what can stay of the shard and its parts is made ready to go on from: files that are damaged or of another config
    are put aside, and a shard with simulations that deserve more time becomes a part.
    """
    if file.exists():
        try:
            verify_file(file, parts.identity)
        except (DamagedFileError, ForeignFileError) as error:
            LOG.warning("%s; kept as %s and computed again", error.what, quarantine(file).name)
        else:
            if not has_outgrown(read_netcdf(file, names=["outcome"]), parts.time_limit_s):
                parts.remove()
                return True
            LOG.info("%s: simulations given up under a smaller time limit are computed again", file)
            parts.adopt(file)
    parts.put_damaged_aside()
    return False


@contextmanager
def _exclusively(file: Path, team: Team, interruption: Interruption) -> Iterator[None]:
    """Keep orphans of an earlier run from computing the same shard; ranks share the lock of rank 0."""
    if team.rank > 0:
        yield
        return
    with locked(lock_file(file), wait=True, interrupted=interruption.asked) as owner:
        if owner is not None:
            raise CampaignError(
                f"interrupted while waiting for {owner}, which computes {file}",
                "one shard is computed by one job at a time",
                "start again when that process has ended; if it is an orphan of an earlier run, it may be killed",
            )
        yield


def _compute_missing(worker: Worker, wanted: Sequence[int], parts: PartFolder, scratch: str | None) -> None:
    """Compute what no part holds yet; parts go to `scratch` first if there is one, and home at the end."""
    team = worker.team
    before = parts.index() if team.rank == 0 else None
    known = set(before.ids.tolist()) if before else set()
    # Nobody writes a part before rank 0 has seen which simulations are pending.
    pending = team.share([identifier for identifier in wanted if identifier not in known] if before else None)
    title = f"shard {parts.folder.stem}"
    failed = int((before.outcome != Outcome.CONVERGED).sum()) if before else 0
    with reporting(title, len(wanted), len(known)) if team.rank == 0 else nullcontext(_silent) as report:

        def report_all(done: int, failed_now: int) -> None:
            report(len(known) + done, failed + failed_now)

        if scratch is None:
            worker.compute(pending, parts, report_all)
        else:
            _compute_in_scratch(worker, pending, parts, scratch_folder(scratch), report_all)
    team.any(False)


def _compute_in_scratch(
    worker: Worker, pending: Sequence[int], parts: PartFolder, scratch: Path, report: Report
) -> None:
    """Let parts lie in a scratch folder until this process has nothing more to do, then bring them home as one."""
    if worker.team.rank == 0:
        LOG.info("unfinished work lies in %s of each node: a lost node loses its part of this shard", scratch)
    with working_in(scratch, parts.folder.name) as folder:
        local = replace(parts, folder=folder)
        worker.compute(pending, local, report)
        index = local.index()
        if index.ids.size:
            worker.merge(index, parts.new_file(worker.team.rank, index.outcome))


def _silent(done: int, failed: int) -> None:
    """Take no notice of a report."""


def _finish(file: Path, worker: Worker, parts: PartFolder, wanted: Sequence[int]) -> None:
    """Replace the parts of a complete shard by the shard."""
    parts.put_damaged_aside()
    index = parts.index()
    if not np.array_equal(index.ids, wanted):
        missing = sorted(set(wanted) - set(index.ids.tolist()))
        raise CampaignError(
            f"{file}: {len(missing)} of {len(wanted)} simulations are missing, the first is {missing[:1]}",
            "a shard is only written when it is complete",
            "start it again; if it happens twice, check the disk",
        )
    # Before the shard, so that a shard under its final name never lacks its list.
    note_failures(file, index, parts.time_limit_s)
    worker.merge(index, file)
    parts.remove()
