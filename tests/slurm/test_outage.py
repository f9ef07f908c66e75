"""The Slurm controller dies while jobs start and run: submissions wait for it, and the campaign ends complete."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from hammerscale.plan.campaign_plan import write_dataset_design
from hammerscale.production.gather import gather_dataset
from tests.faults.campaign import (
    Campaign,
    assert_complete_and_equal,
    assert_one_at_a_time,
    intervals,
    running,
    watched,
)

from .campaign import SlurmCampaign
from .conftest import SLURM, cancel_jobs_of, jobs_of, wait_for

pytestmark = pytest.mark.slurm

OUTAGE_S = 60
RUN_S = 180
PATIENCE_S = 10


@pytest.fixture
def campaign(tmp_path):
    """A campaign on Slurm that leaves no jobs behind."""
    # Four shards for four processors: none has to wait until Slurm has cleaned up after the outage.
    campaign = SlurmCampaign(tmp_path / "outage").create(seconds_per_path=0.15)
    yield campaign
    cancel_jobs_of(campaign.folder)


def return_drained_nodes() -> None:
    """Do what an administrator does: a job that was started a second time drains its node ("Duplicate jobid")."""
    states = subprocess.run(["sinfo", "-h", "-N", "-o", "%N %t"], capture_output=True, text=True, timeout=30).stdout
    for node, state in (line.split() for line in states.splitlines()):
        if state.startswith("drain") or state.startswith("drng"):
            subprocess.run(["scontrol", "update", f"nodename={node}", "state=resume"], check=False, timeout=30)


def test_an_outage_of_the_slurm_controller_costs_nothing(campaign: SlurmCampaign, tmp_path: Path) -> None:
    with (
        watched(campaign.folder),
        running(campaign.slurm("slurm/run", "--until", "simulate_shard", sleep=0.03)) as run,
    ):
        # Slurm saves its state every few seconds: of jobs that have just begun, the next controller knows nothing.
        wait_for(lambda: len(campaign.lines) > 0, 90, "the first simulation")
        outage = subprocess.Popen([SLURM / "testbed" / "fault", "pause-controller", str(OUTAGE_S)])
        wait_for(lambda: subprocess.run(["squeue"], capture_output=True).returncode != 0, 30, "outage")
        submit = [SLURM / "bin" / "sbatch", "--parsable", "--no-requeue", "--wrap", "true"]
        submission = subprocess.run(submit, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert submission.stdout.strip().isdigit(), submission.stderr
        assert "does not answer" in submission.stderr
        assert outage.wait(120) == 0
        # The plug-in looks ever less often for the ends of jobs; a controller that nobody waits for is killed.
        deadline, idle = time.monotonic() + RUN_S, 0
        while run.poll() is None and time.monotonic() < deadline and idle < PATIENCE_S:
            return_drained_nodes()
            time.sleep(1)
            idle = 0 if jobs_of(campaign.folder) else idle + 1
    if run.returncode != 0:
        assert campaign.slurm("slurm/resume", "--until", "simulate_shard").wait(RUN_S) == 0, campaign.log[-3000:]
    write_dataset_design(campaign.config, "body")
    gather_dataset(campaign.config, "body")
    local = Campaign(tmp_path / "local").create()
    local.finish()
    assert_complete_and_equal(campaign, local.physics())
    for subject, entries in intervals(campaign.journal).items():
        assert_one_at_a_time(subject, entries)
