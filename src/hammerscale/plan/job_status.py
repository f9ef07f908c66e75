"""How far the trainings and impacts of a campaign are, from files alone: results, locks, loss curves and logs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hammerscale.config import Config
from hammerscale.config.law_file import MANIFEST
from hammerscale.config.surrogates import NetworkSection
from hammerscale.ledger.places import campaign_folder, dataset_file
from hammerscale.plan.controller import WorkflowPlan
from hammerscale.plan.impact_jobs import SUMMARY
from hammerscale.plan.model_jobs import Model, model_folder
from hammerscale.regular_files import open_regular
from hammerscale.store.lock import is_filled
from hammerscale.store.spending import spent_on

DONE, RUNNING, WAITING = "done", "running", "waiting"
CURVE = "curve.csv"
# What a run logs every few seconds; the last line of the log is at its end.
PROGRESS = re.compile(rb" (\d+) %, step .*, (\d+) s to go")
TAIL_BYTES = 4096
MINUTE_S = 60.0
UNITS = ((86400.0, "d"), (3600.0, "h"), (MINUTE_S, "min"))


@dataclass(frozen=True)
class JobStatus:
    """How far a training or an impact is.

    Attributes
    ----------
    name : of its folder, with the folder above
    state : "done", "running" or "waiting"
    progress : how much of a running one is done, "" where it is unknown
    remaining_s : time to go [s], None where it is unknown
    """

    name: str
    state: str
    progress: str = ""
    remaining_s: float | None = None


@dataclass(frozen=True)
class Jobs:
    """All trainings of a campaign, or all its impacts.

    Attributes
    ----------
    what : what they are
    jobs : how far each is
    """

    what: str
    jobs: Sequence[JobStatus]

    def count(self, state: str) -> int:
        """Return how many are in a state."""
        return sum(job.state == state for job in self.jobs)

    @property
    def remaining_s(self) -> float | None:
        """Time until the last one is done [s]; None while one waits or the time of a running one is unknown."""
        left = [job.remaining_s if job.state == RUNNING else None for job in self.jobs if job.state != DONE]
        known = [seconds for seconds in left if seconds is not None]
        return max(known, default=0.0) if len(known) == len(left) else None


def jobs_of(config: Config) -> list[Jobs]:
    """Return how far trainings and impacts are; kinds of jobs that a campaign does not have are left out."""
    campaign = WorkflowPlan(config)
    trainings = [training_status(config, model) for model in campaign.models.models()]
    impacts = list(_impacts(campaign))
    return [Jobs(what, jobs) for what, jobs in (("trainings", trainings), ("impacts", impacts)) if jobs]


def training_status(config: Config, model: Model) -> JobStatus:
    """Return how far a training is; a model older than its data set is trained again."""
    folder = model_folder(config, model)
    name = f"{model.surrogate}/{model.name}"
    if is_filled(folder):
        return JobStatus(name, RUNNING, *_epochs(config, model, folder))
    data = dataset_file(config, config.surrogate(model.surrogate).dataset)
    return JobStatus(name, DONE if _is_newer(folder / MANIFEST, [data]) else WAITING)


def _epochs(config: Config, model: Model, folder: Path) -> tuple[str, float | None]:
    """Return how many epochs of a training are done, and the time to go if its number or time is set in the config."""
    try:
        curve = (folder.with_name(f"{folder.name}.training") / CURVE).read_text(encoding="utf-8")
    except OSError:
        return "", None
    done = max(0, curve.count("\n") - 1)
    surrogate = config.surrogate(model.surrogate)
    training = surrogate.training if isinstance(surrogate, NetworkSection) else None
    spent_s = spent_on(folder, finished=False).wall_s
    limits = []
    if training and training.epochs and done:
        limits.append(spent_s / done * (training.epochs - done))
    if training and training.max_minutes:
        limits.append(MINUTE_S * training.max_minutes - spent_s)
    of_all = f" of {training.epochs}" if training and training.epochs else ""
    return f"{done}{of_all} epochs", max(0.0, min(limits)) if limits else None


def _impacts(campaign: WorkflowPlan) -> Iterator[JobStatus]:
    for name, case in campaign.impacts.cases.items():
        for law in campaign.impacts.laws_of(case.problem):
            yield impact_status(campaign, name, law)


def impact_status(campaign: WorkflowPlan, case: str, law: str) -> JobStatus:
    """Return how far an impact is; one that is older than the model that it runs under is run again."""
    folder = campaign.impacts.run_folder(case, law)
    if is_filled(folder):
        log = campaign_folder(campaign.config) / "logs" / "impact" / case / f"{law}.log"
        return JobStatus(f"{case}/{law}", RUNNING, *_progress(log))
    models = [Path(file) for file in campaign.impacts.needed(law)]
    return JobStatus(f"{case}/{law}", DONE if _is_newer(folder / SUMMARY, models) else WAITING)


def _progress(log: Path) -> tuple[str, float | None]:
    """Return how much of a run is done and the time to go [s], as the end of its log reports."""
    try:
        with open_regular(log) as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            lines = PROGRESS.findall(file.read())
    except OSError:
        return "", None
    return (f"{int(lines[-1][0])} %", float(lines[-1][1])) if lines else ("", None)


def _is_newer(file: Path, sources: Sequence[Path]) -> bool:
    """Whether a file is there and no source of it is missing or younger."""
    try:
        made = file.stat().st_mtime
        return all(source.stat().st_mtime <= made for source in sources)
    except FileNotFoundError:
        return False


def job_lines(jobs: Jobs) -> Iterator[str]:
    """Yield a line for all trainings or impacts, and one for each that runs."""
    counts = (
        f"{jobs.count(DONE)} of {len(jobs.jobs)} done, {jobs.count(RUNNING)} running, {jobs.count(WAITING)} waiting"
    )
    yield f"{jobs.what}: {counts}, {_ready(jobs.remaining_s)}"
    for job in jobs.jobs:
        if job.state == RUNNING:
            yield f"  {job.name}: {job.progress}{', ' if job.progress else ''}{_ready(job.remaining_s)}"


def _ready(seconds: float | None) -> str:
    return "time to go unknown" if seconds is None else f"ready in {duration(seconds)}"


def duration(seconds: float) -> str:
    """Return a time in the largest unit that it fills."""
    for length, unit in UNITS:
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"
