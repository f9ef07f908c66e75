"""How far a campaign is, from the names and times of files alone: no shard is opened, so a thousand take no second.

A file under its final name was verified when it got that name. The name of a shard holds the config it belongs to,
those of parts how many simulations they hold; a text next to a shard lists its failures. A shard runs while somebody
holds its lock.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from hammerscale.config import Config
from hammerscale.errors import StoreError
from hammerscale.ledger.identity import dataset_identity, design_identity
from hammerscale.ledger.outline import Outline
from hammerscale.ledger.outline_file import current_outline
from hammerscale.ledger.places import (
    SHARD_NAME,
    dataset_file,
    design_file,
    failed_file,
    lock_file,
    parts_folder,
    shard_files,
    shards_folder,
)
from hammerscale.ledger.shards import Shard
from hammerscale.plan.job_status import duration, job_lines, jobs_of
from hammerscale.production.failures import failure_lines
from hammerscale.store.lock import is_held
from hammerscale.store.netcdf import read_netcdf

PART = re.compile(r"[^.].*-(?P<simulations>\d+)s-(?P<failed>\d+)f\.nc")
# The rate is that of the last hour: longer would hide that nodes came or went, shorter would jump with every shard.
WINDOW_S = 3600.0


@dataclass(frozen=True)
class FinishedWork:
    """Simulations that were finished between two points in time.

    Attributes
    ----------
    start, stop : when the first was begun and the last was finished [s since 1970]
    simulations : their number
    failed : how many of them failed
    """

    start: float
    stop: float
    simulations: int
    failed: int

    def since(self, time_s: float) -> float:
        """Return how many simulations fell after `time_s`, if they were evenly spread."""
        if self.start >= time_s:
            return float(self.simulations)
        return self.simulations * max(0.0, self.stop - time_s) / (self.stop - self.start)


@dataclass(frozen=True)
class DatasetStatus:
    """How far a data set is.

    Attributes
    ----------
    name : name of the data set
    simulations : number in the design
    done : finished simulations, failed ones included
    failed : those that did not converge
    shards, shards_done, shards_running : numbers of shards
    shards_of_others : finished shards that the config does not ask for: they belong to earlier versions of it
    per_second : simulations per second over the last hour, 0 if there were none
    stage : "planned", "designed" or "gathered", by this config and not by an earlier version of it
    """

    name: str
    simulations: int
    done: int
    failed: int
    shards: int
    shards_done: int
    shards_running: int
    shards_of_others: int
    per_second: float
    stage: str

    @property
    def remaining_s(self) -> float | None:
        """Time until the last simulation is done [s], None if there is no rate to tell it from."""
        remaining = self.simulations - self.done
        if remaining == 0:
            return 0.0
        return remaining / self.per_second if self.per_second > 0.0 else None


def dataset_status(config: Config, dataset: str, now: float) -> DatasetStatus:
    """Return how far a data set is at `now` [s since 1970]."""
    outline = current_outline(config, dataset)
    files = shard_files(config, dataset, outline)
    changed = _entries(shards_folder(config, dataset))
    asked_for = {file.name for file in files.values()}
    work: list[FinishedWork] = []
    finished = running = 0
    for shard in outline.shards:
        file = files[shard.number]
        begun = changed.get(lock_file(file).name)
        if (stopped := changed.get(file.name)) is not None:
            finished += 1
            failed = len(failure_lines(file)) if failed_file(file).name in changed else 0
            work.append(FinishedWork(min(begun or stopped, stopped), stopped, shard.simulations, failed))
        else:
            running += begun is not None and is_held(lock_file(file))
            if parts_folder(file).name in changed:
                work.extend(_unfinished(parts_folder(file), shard, begun))
    return DatasetStatus(
        name=dataset,
        simulations=outline.simulations,
        done=sum(piece.simulations for piece in work),
        failed=sum(piece.failed for piece in work),
        shards=len(outline.shards),
        shards_done=finished,
        shards_running=running,
        shards_of_others=sum(SHARD_NAME.fullmatch(name) is not None for name in changed.keys() - asked_for),
        per_second=_rate(work, now),
        stage=_stage(config, dataset, outline),
    )


def _stage(config: Config, dataset: str, outline: Outline) -> str:
    """Return how far the files of a whole data set are that belong to this config."""
    if _is_of(dataset_file(config, dataset), dataset_identity(config, dataset, outline)):
        return "gathered"
    return "designed" if _is_of(design_file(config, dataset), design_identity(config, dataset, outline)) else "planned"


def _is_of(file: Path, identity: str) -> bool:
    """Whether a file is there and belongs to the config; its header alone is read."""
    try:
        read_netcdf(file, names=[], config_hash=identity)
    except StoreError:
        return False
    return True


def _unfinished(folder: Path, shard: Shard, begun: float | None) -> Iterator[FinishedWork]:
    """Yield what the parts of a shard hold, at most the whole shard: after a crash two parts may share simulations."""
    left = shard.simulations
    for name, stopped in _entries(folder).items():
        if match := PART.fullmatch(name):
            simulations = min(int(match["simulations"]), left)
            left -= simulations
            start = min(begun or stopped, stopped)
            yield FinishedWork(start, stopped, simulations, min(int(match["failed"]), simulations))


def _rate(work: list[FinishedWork], now: float) -> float:
    """Return simulations per second over the last hour, or since the first start if that is later."""
    recent = [piece for piece in work if piece.stop > now - WINDOW_S]
    if not recent:
        return 0.0
    since = max(now - WINDOW_S, min(piece.start for piece in recent))
    return sum(piece.since(since) for piece in recent) / max(now - since, 1.0)


def _entries(folder: Path) -> Mapping[str, float]:
    """Return the time of the last change [s since 1970] of everything in a folder, by name; none if there is none."""
    found = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    found[entry.name] = entry.stat().st_mtime
                except FileNotFoundError:
                    continue
    except FileNotFoundError:
        return {}
    return found


def print_status(config: Config) -> None:
    """Print a table of all data sets, or one line for each where the output is no terminal; then trainings, impacts."""
    found = [dataset_status(config, name, time.time()) for name in config.datasets]
    console = Console()
    if console.is_terminal:
        _print_table(config, found, console)
    else:
        for status in found:
            console.print(as_line(status), highlight=False, soft_wrap=True)
    for jobs in jobs_of(config):
        for line in job_lines(jobs):
            console.print(line, highlight=False, soft_wrap=True)


def _print_table(config: Config, found: list[DatasetStatus], console: Console) -> None:
    # Eight columns of a large campaign fit into the 80 characters of a usual terminal this way.
    table = Table(
        title=f"campaign {config.campaign.name}",
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
    )
    for heading in ("data set", "stage", "done", "failed", "shards", "running", "per min", "ready in"):
        table.add_column(heading, justify="left" if heading in ("data set", "stage") else "right")
    for status in found:
        table.add_row(status.name, status.stage, *(cell.replace(" of ", "/") for cell in _cells(status)))
    console.print(table)
    for status in found:
        if status.shards_of_others:
            console.print(f"{status.name}: {_others(status)} are kept", highlight=False)


def as_line(status: DatasetStatus) -> str:
    """Return the status in one line."""
    done, failed, shards, running, rate, ready = _cells(status)
    return (
        f"{status.name}: {status.stage}, {done} simulations done, {failed} failed, {shards} shards done, "
        f"{running} running, {rate} per minute, ready in {ready}"
        + (f", {_others(status)}" if status.shards_of_others else "")
    )


def _others(status: DatasetStatus) -> str:
    return f"{status.shards_of_others} finished shards of earlier versions of the config"


def _cells(status: DatasetStatus) -> tuple[str, str, str, str, str, str]:
    return (
        f"{status.done} of {status.simulations}",
        str(status.failed),
        f"{status.shards_done} of {status.shards}",
        str(status.shards_running),
        f"{60.0 * status.per_second:.3g}" if status.per_second else "-",
        "-" if status.remaining_s is None else duration(status.remaining_s),
    )
