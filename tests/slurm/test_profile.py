"""The profile on a healthy cluster: ranks over two nodes, the GPU partition, retries with more memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import SHARDS_ONLY, Campaign

pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    campaign = Campaign(tmp_path_factory.mktemp("healthy"), shards=3, ranks=2, seconds=0.5)
    assert campaign.finish(campaign.start()) == 0, campaign.log[-2000:]
    return campaign


def test_every_shard_is_computed_once(finished: Campaign) -> None:
    assert sorted(finished.results) == [0, 1, 2]
    assert finished.starts() == 3


def test_ranks_of_a_shard_lie_on_both_nodes(finished: Campaign) -> None:
    assert [sorted(nodes) for nodes in finished.results.values()] == [["cpu1", "cpu2"]] * 3


def test_training_runs_in_the_gpu_partition_with_a_device(finished: Campaign) -> None:
    assert (finished.folder / "out" / "trained.txt").read_text() == "gpu1 device=0\n"


def test_a_failed_job_comes_back_with_more_memory(finished: Campaign) -> None:
    assert (finished.folder / "memory.txt").read_text().split() == ["mem=4000M", "mem=8000M"]


def test_a_slow_first_shard_fails_no_other_shard(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path / "uneven", shards=3, ranks=1, seconds=2, slow=20)
    assert campaign.finish(campaign.start("run", *SHARDS_ONLY)) == 0, campaign.log[-2000:]
    assert campaign.starts() == 3
