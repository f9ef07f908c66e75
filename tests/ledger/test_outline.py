"""Blocks keep their ids and shards whatever happens to the config; no id ever gets a second meaning."""

import pytest

from hammerscale.errors import ConfigError, InputError
from hammerscale.ledger.identity import shard_identities
from hammerscale.ledger.outline import Record, plan_outline

WALK = "{family: random_walk, split: train, count: 12, max_strain: 0.1}"
CAVITY = "{family: cavity, split: test, count: 5, max_strain: 0.1}"
NEW = "{family: uniaxial, split: test, count: 3, max_strain: 0.1}"


@pytest.fixture
def plan(make_config):
    """Return a function that plans some blocks after another outline."""

    def outline(*blocks, after=None, **options):
        config = make_config(f"datasets.body.paths=[{', '.join(blocks)}]", **options)
        return plan_outline(config, "body", after.record if after else None)

    return outline


def positions(outline):
    return {block.label: block.position for block in outline.blocks}


def test_a_new_block_takes_new_ids_wherever_it_stands(plan):
    before = plan(WALK, CAVITY)
    grown = plan(NEW, WALK, CAVITY, after=before)
    assert positions(grown) == {"test_uniaxial": 2, "train_random_walk": 0, "test_cavity": 1}
    assert set(before.shards) < set(grown.shards)


def test_ids_and_shard_numbers_of_a_removed_block_are_never_given_again(plan):
    before = plan(WALK, CAVITY)
    later = plan(WALK, NEW, after=plan(WALK, after=before))
    assert positions(later) == {"train_random_walk": 0, "test_uniaxial": 2}
    assert {shard.number for shard in later.shards if shard.block == "test_uniaxial"} == {4}


def test_a_block_that_comes_back_gets_its_ids_and_shards_back(plan):
    before = plan(WALK, CAVITY)
    without = plan(WALK, NEW, after=before)
    back = plan(CAVITY, WALK, after=without, seconds=1.0)
    assert {block.label: block.simulation_id(0) for block in back.blocks} == {
        "train_random_walk": 0,
        "test_cavity": 10_000_000,
    }
    assert back.shards == before.shards


def test_what_grew_under_another_config_does_not_change_the_plan(plan):
    before = plan(WALK, CAVITY)
    grown = plan(WALK.replace("12", "30"), CAVITY, NEW, after=before, seconds=3.0)
    again = plan(WALK, CAVITY, after=grown)
    assert (again.blocks, again.shards) == (before.blocks, before.shards)


def test_results_under_other_ids_have_another_identity(make_config, plan):
    # The same paths, simulated alike, at another position: only the ids differ.
    config = make_config(f"datasets.body.paths=[{CAVITY}]")
    first, second = plan(CAVITY), plan(CAVITY, after=plan(WALK))
    assert [first.shard_ids(first.shards[0]), second.shard_ids(second.shards[0])] == [
        [*range(5)],
        [*range(10_000_000, 10_000_005)],
    ]
    identities = [shard_identities(config, "body", outline) for outline in (first, second)]
    assert not set(identities[0].values()) & set(identities[1].values())


def test_more_blocks_than_ids_have_room_for_are_refused(make_config):
    labels = tuple(f"block_{number}" for number in range(9_999))
    with pytest.raises(ConfigError, match="10001 path blocks"):
        plan_outline(make_config(), "body", Record(labels))


def test_a_shard_of_removed_simulations_is_refused_with_the_numbers_there_are(plan):
    later = plan(WALK, NEW, after=plan(WALK, CAVITY))
    with pytest.raises(InputError, match="no shard 3") as caught:
        later.shard(3)
    assert "0 to 4 without those of removed simulations" in caught.value.why
