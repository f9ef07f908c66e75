"""The profile on a healthy cluster: no job waits for another, the GPU partition, retries with more memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import running

from .conftest import HERE, SLURM, cancel_jobs_of

pytestmark = pytest.mark.slurm

# The first shard outlasts the others by more than the latency Snakemake waits for files.
OPTIONS = ["--slurm-init-seconds-before-status-checks", "3", "--latency-wait", "5"]
CONFIG = ["--config", "shards=3", "seconds=1", "slow=12"]
RUN_S = 150


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a finished workflow of rules that the profile does not know."""
    folder = tmp_path_factory.mktemp("profile")
    shutil.copy(HERE / "Snakefile", folder)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with (folder / "run.log").open("wb") as log:
        run = subprocess.Popen(
            [SLURM / "run", *OPTIONS, *CONFIG],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        with running(run):
            assert run.wait(RUN_S) == 0, (folder / "run.log").read_text()[-2000:]
        yield folder
    finally:
        cancel_jobs_of(folder)


def test_every_shard_is_computed_once_however_slow_the_first(finished: Path) -> None:
    assert sorted((finished / "starts").read_text().split()) == ["0", "1", "2"]
    assert {file.name for file in finished.glob("out/shard_*")} == {f"shard_{n}.txt" for n in range(3)}


def test_a_rule_that_asks_for_a_gpu_runs_in_its_partition_with_a_device(finished: Path) -> None:
    assert (finished / "out" / "trained.txt").read_text() == "gpu1 device=0\n"


def test_a_failed_job_comes_back_with_more_memory(finished: Path) -> None:
    assert (finished / "memory.txt").read_text().split() == ["mem=1000M", "mem=2000M"]
