"""A short text next to a shard that lists its failed simulations, so that nobody has to open a thousand shards."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from hammerscale.arrays import Array, Outcome
from hammerscale.errors import CampaignError, StoreError
from hammerscale.ledger.places import failed_file
from hammerscale.production.parts import INDEXED, Index
from hammerscale.production.results import TIME_LIMIT
from hammerscale.store.atomic import replacing
from hammerscale.store.netcdf import read_netcdf
from hammerscale.store.seal import LENGTH, check_seal, seal

LOG = logging.getLogger(__name__)
LISTED_FAILURES = 20


def note_failures(shard_file: Path, results: Index, time_limit_s: float) -> None:
    """Write `<n>.failed` next to a shard, one line per failed simulation, and a seal; no file stands for no failure.

    Each line is `id outcome last-good-time time-limit`; the first time is normalised, the second wall time [s].
    """
    file = failed_file(shard_file)
    lines = _listed(results.ids, results.outcome, results.last_good_time, time_limit_s)
    if not lines:
        file.unlink(missing_ok=True)
        return
    with replacing(file) as temporary:
        temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        seal(temporary)


def failure_lines(shard_file: Path) -> list[str]:
    """Return the lines of the list next to a shard; where it is damaged, those of the shard itself."""
    file = failed_file(shard_file)
    try:
        check_seal(file)
        return file.read_bytes()[:-LENGTH].decode().splitlines()
    except StoreError as error:
        LOG.warning("%s; the failures are read from %s", error.what, shard_file)
    # A shard that is damaged, too, is computed again and has no failures yet.
    with suppress(StoreError):
        contents = read_netcdf(shard_file, names=INDEXED)
        ids, outcome, good = (contents.variables[name].data for name in INDEXED)
        return _listed(ids, outcome, good, float(contents.attributes[TIME_LIMIT]))
    return []


def _listed(ids: Array, outcome: Array, last_good_time: Array, time_limit_s: float) -> list[str]:
    return [
        f"{ids[row]} {Outcome(int(outcome[row])).name.lower()} {last_good_time[row]:.6g} {time_limit_s!r}"
        for row in np.flatnonzero(outcome != Outcome.CONVERGED)
    ]


def known_failures(shard_files: Iterable[Path], time_limit_s: float) -> list[tuple[int, str]]:
    """Return id and outcome of what failed in those of these shards that are there.

    Simulations given up under a smaller limit than `time_limit_s` [s] are left out, since they get another try.
    """
    files = list(shard_files)
    # Two stats for each of a thousand shards, asked by each of a thousand jobs, would keep a shared disk busy.
    there = {entry.name for folder in {file.parent for file in files} if folder.is_dir() for entry in folder.iterdir()}
    listed = [file for file in files if {file.name, failed_file(file).name} <= there]
    failures = []
    for row in (line.split() for file in listed for line in failure_lines(file)):
        identifier, outcome, limit_s = int(row[0]), row[1], float(row[3])
        if outcome != Outcome.TIME_LIMIT.name.lower() or limit_s >= time_limit_s:
            failures.append((identifier, outcome))
    return failures


def refuse_many_failures(dataset: str, failed: Sequence[tuple[int, str]], simulations: int, allowed: float) -> None:
    """Raise a `CampaignError` with a table of ids when more than the fraction `allowed` of all simulations failed."""
    if len(failed) <= allowed * simulations:
        return
    lines = [f"  {identifier}  {outcome}" for identifier, outcome in failed[:LISTED_FAILURES]]
    if len(failed) > LISTED_FAILURES:
        lines.append(f"  ... and {len(failed) - LISTED_FAILURES} more")
    raise CampaignError(
        f"{len(failed)} of {simulations} simulations of {dataset} failed, allowed is a fraction of {allowed:g}",
        "a data set with so many holes is biased:\n" + "\n".join(lines),
        f"look at one with `hammerscale emit-case --dataset {dataset} --id ID -o CASE.json`, mend the cause, "
        "or raise max_failed_fraction; if they ended at the time limit, raise time_limit_s; then start again",
    )
