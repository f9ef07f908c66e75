"""Faults of the cluster in the middle of a campaign: it ends complete, and no shard runs twice at a time."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import SHARDS_ONLY, SLURM, Campaign, wait_for

pytestmark = pytest.mark.slurm


def finish_complete(campaign: Campaign, process: subprocess.Popen[bytes]) -> None:
    assert campaign.finish(process) == 0, campaign.log[-2000:]
    assert sorted(campaign.results) == list(range(campaign.shards))


def test_a_killed_job_is_computed_again(tmp_path: Path, testbed_fault: Callable[..., None]) -> None:
    campaign = Campaign(tmp_path / "killed", shards=2, ranks=1, seconds=6)
    process = campaign.start("run", *SHARDS_ONLY)
    wait_for(lambda: campaign.journal(0) != [], 90, "start of shard 0")
    testbed_fault("kill-job", campaign.journal(0)[0][2])
    finish_complete(campaign, process)
    assert [line[0] for line in campaign.journal(0)] == ["start", "start", "end"]


def test_a_lost_node_loses_no_shard(tmp_path: Path, testbed_fault: Callable[..., None]) -> None:
    campaign = Campaign(tmp_path / "lost", shards=2, ranks=2, seconds=20)
    process = campaign.start("run", *SHARDS_ONLY)
    wait_for(lambda: campaign.starts() >= 1, 90, "start of a shard on both nodes")
    testbed_fault("kill-node", "cpu2")
    wait_for(lambda: "Trying to restart" in campaign.log, 150, "report of the lost jobs")
    testbed_fault("restore-node", "cpu2")
    finish_complete(campaign, process)


def test_submission_waits_for_the_controller_to_come_back(tmp_path: Path) -> None:
    outage = subprocess.Popen([SLURM / "testbed" / "fault", "pause-controller", "25"])
    wait_for(lambda: subprocess.run(["squeue"], capture_output=True).returncode != 0, 30, "outage")
    command = [SLURM / "bin" / "sbatch", "--parsable", "--no-requeue", "--wrap", "true"]
    submission = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert outage.wait(60) == 0
    assert submission.stdout.strip().isdigit(), submission.stderr
    assert "does not answer" in submission.stderr
