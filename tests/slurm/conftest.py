"""What the tests on the Slurm testbed share; `slurm/testbed/start` must have brought it up."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SLURM = HERE.parents[1] / "slurm"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("HAMMERSCALE_SLURM_TESTBED") == "1":
        return
    skip = pytest.mark.skip(reason="HAMMERSCALE_SLURM_TESTBED=1 does not say that the Slurm testbed is up")
    for item in items:
        if item.get_closest_marker("slurm"):
            item.add_marker(skip)


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll until the condition holds; fail the test by name when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s: {what}")
        time.sleep(0.5)


def fault(*words: str) -> None:
    """Break the testbed; the words are those of `slurm/testbed/fault`."""
    subprocess.run([SLURM / "testbed" / "fault", *words], check=True, timeout=120)


def jobs_of(folder: Path) -> list[str]:
    """Ids of the jobs in the queue that were submitted from a folder."""
    queue = subprocess.run(["squeue", "--me", "-h", "-o", "%i %Z"], capture_output=True, text=True, timeout=30)
    rows = (line.split(maxsplit=1) for line in queue.stdout.splitlines())
    return [job for job, where in rows if Path(where) == folder]


def cancel_jobs_of(folder: Path) -> None:
    """Cancel what a campaign left in the queue."""
    if left := jobs_of(folder):
        subprocess.run(["scancel", *left], check=False, timeout=30)
