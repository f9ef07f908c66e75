"""Shards cover every simulation once, and a plan never moves what exists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.campaign.shards import Shard, plan_shards
from hammerscale.errors import ConfigError

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 5000), min_size=1)


def covered(shards):
    return sorted((shard.block, index) for shard in shards for index in range(shard.start, shard.stop))


def wanted(counts):
    return sorted((label, index) for label, count in counts.items() for index in range(count))


@given(COUNTS, st.floats(0.01, 100.0), st.integers(6, 50))
def test_every_simulation_is_in_exactly_one_shard(counts, seconds, room):
    shards = plan_shards(counts, dict.fromkeys(counts, seconds), target_s=60.0, max_shards=room)
    assert covered(shards) == wanted(counts)
    assert len(shards) <= room
    assert [shard.number for shard in shards] == list(range(len(shards)))


@given(COUNTS, COUNTS)
def test_an_enlarged_plan_keeps_numbers_and_ranges(first, second):
    seconds = dict.fromkeys("abcdef", 1.0)
    old = plan_shards(first, seconds, target_s=100.0, max_shards=1000)
    new = plan_shards(second, seconds, target_s=500.0, max_shards=1000, existing=old)
    assert covered(new) == wanted(second)
    assert len({shard.number for shard in new}) == len(new)
    for shard in old:
        if shard.stop <= second.get(shard.block, 0):
            assert shard in new


def test_the_target_time_sets_the_size():
    shards = plan_shards({"a": 100}, {"a": 2.0}, target_s=50.0, max_shards=1000)
    assert [shard.simulations for shard in shards] == [25, 25, 25, 25]


def test_planning_from_its_own_result_changes_nothing():
    counts, seconds = {"a": 333, "b": 20}, {"a": 1.0, "b": 3.0}
    shards = plan_shards(counts, seconds, target_s=30.0, max_shards=1000)
    assert plan_shards(counts, seconds, target_s=77.0, max_shards=1000, existing=shards) == shards


def test_too_little_room_is_an_error_that_says_so():
    full = [Shard(number, "a", number, number + 1) for number in range(10)]
    with pytest.raises(ConfigError, match="max_shards = 10"):
        plan_shards({"a": 10, "b": 1}, {"a": 1.0, "b": 1.0}, target_s=1.0, max_shards=10, existing=full)
