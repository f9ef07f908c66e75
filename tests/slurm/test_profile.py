"""The profile on a healthy cluster: arrays, ranks over two nodes, the GPU partition, retries with more memory."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import SHARDS_ONLY, Campaign

pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    campaign = Campaign(tmp_path_factory.mktemp("healthy"), shards=3, ranks=2, seconds=0.5)
    assert campaign.finish(campaign.start()) == 0, campaign.log[-2000:]
    return campaign


def test_every_task_of_an_array_computes_its_own_shard(finished: Campaign) -> None:
    assert len(re.findall(r"Submitted array job with Snakemake IDs (?:\d+,?){3} ", finished.log)) == 1
    assert sorted(finished.results) == [0, 1, 2]
    assert finished.starts() == 3


def test_ranks_of_a_shard_lie_on_both_nodes(finished: Campaign) -> None:
    assert [sorted(nodes) for nodes in finished.results.values()] == [["cpu1", "cpu2"]] * 3


def test_training_runs_in_the_gpu_partition_with_a_device(finished: Campaign) -> None:
    assert (finished.folder / "out" / "trained.txt").read_text() == "gpu1 device=0\n"


def test_a_failed_job_comes_back_with_more_memory(finished: Campaign) -> None:
    assert (finished.folder / "memory.txt").read_text().split() == ["mem=4000M", "mem=8000M"]


def test_more_shards_than_one_array_holds_are_all_computed(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path / "chunks", shards=5, ranks=1, seconds=0)
    assert campaign.finish(campaign.start("run", "--slurm-array-limit", "2", *SHARDS_ONLY)) == 0, campaign.log[-2000:]
    assert sorted(campaign.results) == [0, 1, 2, 3, 4]
    assert campaign.starts() == 5
