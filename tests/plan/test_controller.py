"""What the rules of the workflow are told: the time a job asks for, and what its files depend on."""

from pathlib import Path

import pytest

from hammerscale.errors import ConfigError, StoreError
from hammerscale.laws.campaign_law import write_campaign_law
from hammerscale.ledger.places import parts_folder
from hammerscale.plan.controller import JOB_OVERHEAD_MIN, RUNTIME_SAFETY, WorkflowPlan
from hammerscale.plan.resolved import load_resolved
from hammerscale.production.runner import run_shard

# Five simulations of 600 s in a shard.
MINUTES, SIMULATIONS = 10.0, 5


@pytest.fixture
def campaign(make_config):
    """A campaign whose first shard takes 50 minutes of CPU time."""
    return WorkflowPlan(make_config("datasets.body.shards.target_minutes=50", seconds=60.0 * MINUTES))


@pytest.mark.parametrize(("ranks", "in_a_row"), [(1, 5), (2, 3), (3, 2), (5, 1), (64, 1)])
def test_a_job_asks_for_the_simulations_that_one_rank_computes_in_a_row(campaign, ranks, in_a_row):
    asked = campaign.runtime_min("body", 0, attempt=1, ranks=ranks)
    assert asked == int(RUNTIME_SAFETY * MINUTES * in_a_row + JOB_OVERHEAD_MIN) + 1


def test_a_further_attempt_gets_more_time(campaign):
    first, third = (campaign.runtime_min("body", 0, attempt) for attempt in (1, 3))
    assert third == pytest.approx(3 * first, abs=3)


def test_a_short_last_shard_asks_for_less(campaign):
    assert [shard.simulations for shard in campaign.outlines["body"].shards] == [5, 5, 2, 5]
    assert campaign.runtime_min("body", 2, 1) < campaign.runtime_min("body", 0, 1)


def test_the_shards_that_are_waited_for_are_those_of_the_config(campaign, make_config):
    other = WorkflowPlan(make_config("datasets.body.output_times=21", seconds=60.0 * MINUTES))
    assert len(campaign.shard_files("body")) == len(campaign.outlines["body"].shards)
    assert not set(campaign.shard_files("body")) & set(other.shard_files("body"))


def test_a_damaged_record_of_the_plan_is_one_error(campaign):
    campaign.announce()
    (campaign.folder / "plan.json").write_text("{}")
    with pytest.raises(StoreError, match=r"plan\.json is damaged"):
        load_resolved(campaign.resolved_config)


def test_a_resolved_config_that_was_edited_is_refused(campaign):
    campaign.announce()
    text = campaign.resolved_config.read_text()
    campaign.resolved_config.write_text(text.replace('"seed"', ' "seed"'))
    with pytest.raises(ConfigError, match="changed since the workflow was started"):
        load_resolved(campaign.resolved_config)


def test_what_a_killed_job_left_is_swept_before_the_next_run(campaign):
    file = Path(campaign.shard_files("body")[0])
    parts = parts_folder(file)
    run_shard(campaign.config, "body", 0)
    parts.mkdir()
    (parts / "1-r0-2s-0f.nc").write_bytes(b"")
    campaign.prepare()
    assert file.exists()
    assert not parts.exists()


def test_a_written_law_whose_seal_is_broken_is_put_aside_and_a_whole_one_stays(make_config):
    config = make_config("laws={body_law: {kind: elastic, dataset: body}}")
    file = Path(WorkflowPlan(config).impacts.law("body_law"))
    write_campaign_law(config, "body_law", file)
    WorkflowPlan(config).put_broken_laws_aside()
    assert file.exists()
    file.write_text(file.read_text().replace("kind: elastic", "kind: elastik"))
    WorkflowPlan(config).put_broken_laws_aside()
    assert [kept.name for kept in file.parent.iterdir()] == ["body_law.yaml.damaged-1"]
