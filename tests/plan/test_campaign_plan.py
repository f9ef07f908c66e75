"""Plans of the campaigns that come with the project."""

from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.ledger.places import shard_files
from hammerscale.plan.campaign_plan import Plan

ROOT = Path(__file__).parents[2]
JOBS_BESIDE_SHARDS = 4  # design, gather, figure, all


@pytest.mark.parametrize("seconds_per_path", ["0.05", "60.0"])
def test_a_hundred_thousand_paths_are_at_most_a_thousand_jobs(monkeypatch, tmp_path, seconds_per_path):
    monkeypatch.chdir(ROOT)
    cost = f"datasets.taylor.shards.seconds_per_path.default={seconds_per_path}"
    plan = Plan(load([Path("config/campaigns/scale_100k.yaml")], [cost, f"campaign.results={tmp_path}"]))
    outline = plan.outlines["taylor"]
    assert outline.simulations == 100_000
    assert len(outline.shards) + JOBS_BESIDE_SHARDS <= 1000
    assert len(set(shard_files(plan.config, "taylor", outline).values())) == len(outline.shards)
