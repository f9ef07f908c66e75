"""The plan of a controller on disk: a job of another plan, an orphan, writes nothing any more."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hammerscale.errors import StoreError
from hammerscale.inputs import pinned_inputs
from hammerscale.store.guard import guarding_writes
from hammerscale.store.seal import damaged
from hammerscale.store.sealed_json import read_sealed_json, write_sealed_json

PLAN_FILE, RESOLVED = "plan.json", "config.json"
# Environment variable with the hash of the plan that a job was started for, and the file that names the present plan.
VARIABLE = "HAMMERSCALE_PLAN"


@dataclass(frozen=True)
class PlanRecord:
    """What a campaign was started with.

    Attributes
    ----------
    plan : hash of all that its results depend on
    files : SHA-256 of every file that it reads, by name, the resolved config among them
    """

    plan: str
    files: Mapping[str, str]


def write_plan_record(folder: Path, plan: str, config: str, files: Mapping[str, str]) -> str:
    """Write the plan that holds from now on and return the value of `VARIABLE` for its jobs.

    Parameters
    ----------
    folder : folder of the campaign
    plan : hash of all that its results depend on
    config : SHA-256 of the resolved config in that folder
    files : SHA-256 of all other files that jobs read, by name
    """
    file = folder / PLAN_FILE
    write_sealed_json(file, {"plan": plan, "config": config, "files": dict(files)})
    return f"{plan} {file.absolute()}"


def read_plan_record(file: Path) -> PlanRecord:
    """Return the plan that holds now."""
    document = read_sealed_json(file)
    plan, config, files = (document.get(name) for name in ("plan", "config", "files"))
    if not (isinstance(plan, str) and isinstance(config, str) and isinstance(files, dict)):
        raise damaged(file, "it does not name the plan of a campaign")
    return PlanRecord(plan, {**files, str(file.with_name(RESOLVED)): config})


def planned_files(file: Path) -> Mapping[str, str]:
    """Return the SHA-256 of a resolved config and of all that it names, by name; nothing is known of other configs."""
    plan = file.with_name(PLAN_FILE)
    return read_plan_record(plan).files if file.name == RESOLVED and plan.exists() else {}


@contextmanager
def following_plan() -> Iterator[None]:
    """Hold a job to the plan that it was started for; without a plan nothing is checked.

    Files that it reads have the contents that were planned with, and it writes as long as the plan is the same.
    """
    plan, _, file = os.environ.get(VARIABLE, "").partition(" ")
    if not file:
        with pinned_inputs():
            yield
        return

    def require_present() -> PlanRecord:
        present = read_plan_record(Path(file))
        if present.plan != plan:
            raise StoreError(
                f"this job was started for another plan of the campaign than {file} holds now",
                "its results would stand under names by which others are meant; nothing was written",
                "nothing has to be done: it is left from an earlier run, and the present one starts its own jobs",
            )
        return present

    def check() -> None:
        require_present()

    with pinned_inputs(require_present().files), guarding_writes(check):
        yield
