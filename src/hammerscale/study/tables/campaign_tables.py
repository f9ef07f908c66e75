"""What a campaign cost, rule by rule, and what it was computed with: tables from the records that its jobs left."""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hammerscale.errors import InputError
from hammerscale.plan.controller import WorkflowPlan
from hammerscale.plan.resolved import PROVENANCE, load_resolved
from hammerscale.store.plan_record import RESOLVED
from hammerscale.store.sealed_json import read_sealed_json
from hammerscale.store.spending import spent_on
from hammerscale.study.tables.job_records import LongJob, long_jobs, record_names
from hammerscale.study.tables.table import Row, write_table

LOGS = "logs"
COST_COLUMNS = ("rule", "jobs", "cpu_s", "wall_s", "longest_job_s", "memory_mb")
PROVENANCE_COLUMNS = ("what", "value")
ALL_RULES = "all"
# Jobs that ran without `benchmark-extended: true`, which a profile of one's own may lack.
UNNAMED = "of unnamed rules"


@dataclass(frozen=True)
class JobRecord:
    """What was measured of one job and of those that were interrupted before it.

    Attributes
    ----------
    rule : name of its rule
    cpu_s : CPU time at the last sample, at most half a minute before the end [s]
    wall_s : wall time [s]
    memory_mb : largest resident memory that was sampled [MB]
    """

    rule: str
    cpu_s: float
    wall_s: float
    memory_mb: float


def write_campaign_tables(folder: Path, tables: Path) -> None:
    """Write `cost` and `provenance` of the campaign in `folder` into `tables`, each as CSV, Markdown and HTML.

    Jobs of other settings that the campaign had before do not count: their results are not those that it shows.
    """
    provenance = provenance_rows(folder / PROVENANCE)
    campaign = WorkflowPlan(load_resolved(folder / RESOLVED))
    cost = cost_rows(read_records(folder / LOGS, record_names(campaign), long_jobs(campaign)))
    for ending in ("csv", "md", "html"):
        write_table(tables / f"cost.{ending}", COST_COLUMNS, cost)
        write_table(tables / f"provenance.{ending}", PROVENANCE_COLUMNS, provenance)


def read_records(logs: Path, names: Collection[str], long: Mapping[str, LongJob]) -> list[JobRecord]:
    """Return what the jobs of these names spent, as far as they have run.

    Snakemake's record is that of the process that ended well. Long jobs note themselves what others before it spent,
    and all of it where Snakemake was gone when they ended.
    """
    files = {str(file.relative_to(logs).with_suffix("")): file for file in sorted(logs.rglob("*.tsv"))}
    records = [_with_interrupted(_record(file), long.get(name)) for name, file in files.items() if name in names]
    for name, job in long.items():
        if name not in files and any(spent := spent_on(job.result, finished=True)):
            records.append(JobRecord(job.rule, spent.cpu_s, spent.wall_s, 0.0))
    if not records:
        raise InputError(
            f"no job of the campaign has left a record in {logs}",
            "the cost of a campaign is the sum over its jobs",
            "give the folder of a campaign that has run, as in results/default",
        )
    return records


def _with_interrupted(record: JobRecord, job: LongJob | None) -> JobRecord:
    """Return the record of a job with what its interrupted processes spent."""
    if job is None:
        return record
    before = spent_on(job.result, finished=False)
    return replace(record, cpu_s=record.cpu_s + before.cpu_s, wall_s=record.wall_s + before.wall_s)


def cost_rows(records: Sequence[JobRecord]) -> list[Row]:
    """Return a row per rule, the costliest first, and one for all of them."""
    by_rule: dict[str, list[JobRecord]] = {}
    for record in records:
        by_rule.setdefault(record.rule, []).append(record)
    rows = [_sum(rule, jobs) for rule, jobs in by_rule.items()]
    return [*sorted(rows, key=lambda row: -float(str(row["cpu_s"]))), _sum(ALL_RULES, records)]


def provenance_rows(file: Path) -> list[Row]:
    """Return what a campaign was computed with: commit, versions, seeds, machine and the files that it read."""
    return [{"what": name, "value": value} for name, value in _flat(read_sealed_json(file))]


def _record(file: Path) -> JobRecord:
    """Return the one row of a benchmark file of Snakemake; what was too short to be sampled counts as nothing."""
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            (row,) = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return JobRecord(
            row.get("rule_name", UNNAMED), _number(row["cpu_time"]), float(row["s"]), _number(row["max_rss"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{file} is no record of one job ({type(error).__name__}: {error})",
            "the cost of its rule would be too small",
            "remove the file to leave the job out, or the job's results to run it again",
        ) from error


def _number(text: str) -> float:
    return 0.0 if text in ("NA", "-") else float(text)


def _sum(rule: str, jobs: Sequence[JobRecord]) -> Row:
    return {
        "rule": rule,
        "jobs": len(jobs),
        "cpu_s": sum(job.cpu_s for job in jobs),
        "wall_s": sum(job.wall_s for job in jobs),
        "longest_job_s": max(job.wall_s for job in jobs),
        "memory_mb": max(job.memory_mb for job in jobs),
    }


def _flat(document: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}: {inner}", entry) for inner, entry in value.items())
        else:
            yield name, value
