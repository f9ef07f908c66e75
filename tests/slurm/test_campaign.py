"""The real campaign on Slurm, through everything that can happen to it: a thousand simulations, none lost, none twice.

One run takes all faults, one after the other, because every start on Slurm costs half a minute.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hammerscale.production.gather import gather_dataset
from tests.faults.campaign import (
    Campaign,
    assert_complete_and_equal,
    assert_one_at_a_time,
    intervals,
    running,
    watched,
)

from .campaign import LONG_IDS, LONG_SHARD, MPI_IDS, SlurmCampaign, in_queue, jobs_on
from .conftest import cancel_jobs_of, fault, wait_for

pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> SlurmCampaign:
    campaign = SlurmCampaign(tmp_path_factory.mktemp("slurm") / "real").create()
    try:
        with watched(campaign.folder):
            _go_through_faults(campaign)
    finally:
        cancel_jobs_of(campaign.folder)
    return campaign


def _go_through_faults(campaign: SlurmCampaign) -> None:
    # Twenty seconds a shard: the other jobs must still run when the long one has begun.
    with running(campaign.slurm("slurm/run", sleep=0.4)) as first:
        wait_for(lambda: campaign.on("cpu1") > 20 and campaign.on("cpu2") > 20, 120, "simulations on both nodes")
        wait_for(lambda: bool(campaign.simulated(LONG_IDS)), 120, "a simulation of the long shard")
        (limited,) = campaign.jobs_of_shard(LONG_SHARD)
        spared, doomed = ("cpu1", "cpu2") if limited in jobs_on("cpu1") else ("cpu2", "cpu1")
        wait_for(lambda: len(jobs_on(spared)) == 2 and bool(jobs_on(doomed)), 60, "work for both nodes")
        killed, lost = next(job for job in jobs_on(spared) if job != limited), jobs_on(doomed)
        fault("kill-job", killed)
        fault("kill-node", doomed)
        assert campaign.slurm("slurm/resume").wait(30) == 1
        assert f"process {first.pid} still runs Snakemake" in campaign.log
        for job in (killed, *lost):
            wait_for(lambda job=job: f"SLURM-job '{job}' failed" in campaign.log, 150, f"report of lost job {job}")
        ended = campaign.on(doomed)
        fault("restore-node", doomed)
        wait_for(lambda: campaign.on(doomed) > ended + 20, 120, "simulations on the node that came back")
        wait_for(lambda: f"SLURM-job '{limited}' failed" in campaign.log, 180, "the end of the time limit")
        # Its second attempt, at least, is in the queue now.
        first.kill()
        first.wait(10)
    # Jobs of the dead controller still compute; a controller inside a job takes over.
    submission = campaign.slurm("sbatch", "slurm/controller.sbatch")
    assert submission.wait(30) == 0, campaign.log[-2000:]
    controller = re.findall(r"Submitted batch job (\d+)", campaign.log)[-1]
    wait_for(lambda: not in_queue(controller), 480, "end of the controller job")
    report = (campaign.folder / f"hammerscale-controller-{controller}.log").read_text()
    assert "resume: cancelling" in report
    assert "results are in" in report, report[-3000:]


def test_killed_job_lost_node_and_dead_controller_change_no_bit(survived: SlurmCampaign, tmp_path: Path) -> None:
    local = Campaign(tmp_path / "local").create()
    assert local.worker().wait(120) == 0, local.log[-2000:]
    gather_dataset(local.config, "body")
    assert_complete_and_equal(survived, local.physics())


def test_a_job_that_meets_its_time_limit_keeps_all_it_has_finished(survived: SlurmCampaign) -> None:
    limited = survived.jobs_of_shard(LONG_SHARD)[0]
    assert re.search(rf"SLURM-job '{limited}' failed, SLURM status is: '?TIMEOUT", survived.log)
    assert sorted(survived.simulated(LONG_IDS)) == [*LONG_IDS]


def test_no_two_jobs_compute_or_write_the_same_at_the_same_time(survived: SlurmCampaign) -> None:
    for subject, entries in intervals(survived.journal).items():
        assert_one_at_a_time(subject, entries)


def test_ranks_of_one_shard_compute_on_both_nodes(survived: SlurmCampaign) -> None:
    mine = set(map(str, MPI_IDS))
    nodes = {line.split()[1].split(":")[0] for line in survived.lines if line.split()[0] in mine}
    assert nodes == {"cpu1", "cpu2"}


def test_a_rule_that_asks_for_a_gpu_runs_in_the_gpu_partition(survived: SlurmCampaign) -> None:
    verbs = (survived.folder / "verbs").read_text()
    assert re.search(r"^gpu1 device=0 -m hammerscale plot ", verbs, re.MULTILINE)
