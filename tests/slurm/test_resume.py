"""One command takes up a run whose Snakemake was killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import SHARDS_ONLY, Campaign, wait_for

pytestmark = pytest.mark.slurm


def test_resume_refuses_a_living_run_and_replaces_a_dead_one(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path / "resumed", shards=2, ranks=2, seconds=15)
    process = campaign.start("run", *SHARDS_ONLY)
    wait_for(lambda: campaign.starts() == 2, 120, "start of both shards")

    assert campaign.finish(campaign.start("resume", *SHARDS_ONLY), 30) == 1
    assert f"process {process.pid} still runs Snakemake" in campaign.log

    process.kill()
    process.wait(10)
    old_jobs = {campaign.journal(shard)[0][2] for shard in range(2)}
    assert campaign.finish(campaign.start("resume", *SHARDS_ONLY)) == 0, campaign.log[-2000:]
    assert sorted(campaign.results) == [0, 1]
    ended = {line[2] for shard in range(2) for line in campaign.journal(shard) if line[0] == "end"}
    assert not ended & old_jobs
