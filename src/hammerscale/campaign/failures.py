"""A short text beside a shard that lists its failed simulations, so that nobody has to open a thousand shards."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from hammerscale.campaign.layout import failed_file
from hammerscale.campaign.parts import Index
from hammerscale.errors import CampaignError
from hammerscale.rev.unit_cell import Outcome
from hammerscale.store.atomic import write_text

LISTED_FAILURES = 20


def note_failures(shard_file: Path, results: Index, time_limit_s: float) -> None:
    """Write `<n>.failed` beside a shard, one line per failed simulation; no file stands for no failure.

    Each line is `id outcome last-good-time time-limit`; the first time is normalised, the second wall time [s].
    """
    file = failed_file(shard_file)
    failed = np.flatnonzero(results.outcome != Outcome.CONVERGED)
    if failed.size == 0:
        file.unlink(missing_ok=True)
        return
    lines = [
        f"{results.ids[row]} {Outcome(int(results.outcome[row])).name.lower()} {results.last_good_time[row]:.6g} "
        f"{time_limit_s!r}\n"
        for row in failed
    ]
    write_text(file, "".join(lines))


def known_failures(shard_files: Iterable[Path], time_limit_s: float) -> list[tuple[int, str]]:
    """Return id and outcome of what failed in those of these shards that are there.

    Simulations given up under a smaller limit than `time_limit_s` [s] are left out, since they get another try.
    """
    files = list(shard_files)
    # Two stats for each of a thousand shards, asked by each of a thousand jobs, would keep a shared disk busy.
    there = {entry.name for folder in {file.parent for file in files} if folder.is_dir() for entry in folder.iterdir()}
    lists = [failed_file(file) for file in files if {file.name, failed_file(file).name} <= there]
    failures = []
    for row in (line.split() for file in lists for line in file.read_text(encoding="utf-8").splitlines()):
        identifier, outcome, limit_s = int(row[0]), row[1], float(row[3]) if len(row) > 3 else 0.0
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
