"""Runs of a miniature campaign on the Slurm testbed, which `slurm/testbed/start` must have brought up."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SLURM = HERE.parents[1] / "slurm"
FAST = ["--slurm-init-seconds-before-status-checks", "3", "--latency-wait", "10"]
SHARDS_ONLY = ["--until", "simulate_shard"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slurm: needs the running Slurm testbed (HAMMERSCALE_SLURM_TESTBED=1)")


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


@dataclass
class Campaign:
    """A folder with the miniature campaign and the commands to run it."""

    folder: Path
    shards: int
    ranks: int
    seconds: float
    slow: float = 0  # additional seconds of shard 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("Snakefile", "shard.py"):
            shutil.copy(HERE / name, self.folder)

    def start(self, command: str = "run", *options: str) -> subprocess.Popen[bytes]:
        """Start `slurm/run` or `slurm/resume` in the folder; the output goes to run.log."""
        settings = [f"{key}={getattr(self, key)}" for key in ("shards", "ranks", "seconds", "slow")]
        arguments = [*FAST, *options, "--config", *settings, f"launch={SLURM}/bin/ranks"]
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        with (self.folder / "run.log").open("ab") as log:
            return subprocess.Popen(
                [SLURM / command, *arguments], cwd=self.folder, env=environment, stdout=log, stderr=log
            )

    def finish(self, process: subprocess.Popen[bytes], seconds: float = 300) -> int:
        """Wait for the end of a run within a bound; a run that outlasts it is interrupted and fails the test."""
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            process.wait(60)
            pytest.fail(f"the run did not end within {seconds} s:\n{self.log[-2000:]}")

    @property
    def log(self) -> str:
        return (self.folder / "run.log").read_text()

    @property
    def results(self) -> dict[int, list[str]]:
        """Shard → nodes of its ranks, for the finished shards."""
        lines = [path.read_text().split() for path in self.folder.glob("out/shard_*.txt")]
        return {int(line[0]): line[1:] for line in lines}

    def journal(self, shard: int) -> list[list[str]]:
        """Lines `start time job nodes…` and `end time job` of a shard, in the order they were written."""
        path = self.folder / "journal" / str(shard)
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def starts(self) -> int:
        """Number of times any shard was begun."""
        return sum(line[0] == "start" for shard in range(self.shards) for line in self.journal(shard))


@pytest.fixture
def testbed_fault() -> Callable[..., None]:
    """Break the testbed: a function that takes the words of `slurm/testbed/fault`."""

    def fault(*words: str) -> None:
        subprocess.run([SLURM / "testbed" / "fault", *words], check=True, timeout=120)

    return fault


@pytest.fixture(autouse=True)
def empty_queue(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves jobs to the next one."""
    yield
    if request.node.get_closest_marker("slurm") and os.environ.get("HAMMERSCALE_SLURM_TESTBED") == "1":
        subprocess.run(["scancel", "--me"], check=False, timeout=30)
