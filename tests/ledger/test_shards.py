"""Shards cover every simulation once, and a plan never moves what exists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import ConfigError
from hammerscale.ledger.shards import Shard, inside, plan_shards

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 5000), min_size=1)


def covered(shards):
    return sorted((shard.block, index) for shard in shards for index in range(shard.start, shard.stop))


def wanted(counts):
    return sorted((label, index) for label, count in counts.items() for index in range(count))


@given(COUNTS, st.floats(0.01, 100.0), st.integers(6, 50))
def test_every_simulation_is_in_exactly_one_shard(counts, seconds, room):
    shards = plan_shards(counts, dict.fromkeys(counts, seconds), target_s=60.0, max_shards=room)
    assert covered(shards) == wanted(counts)
    assert len(shards) <= max(len(counts), 0.75 * room)
    assert [shard.number for shard in shards] == list(range(len(shards)))


@given(st.lists(COUNTS, min_size=2, max_size=6), st.lists(st.floats(1.0, 1000.0), min_size=6, max_size=6))
def test_a_plan_goes_on_from_the_one_before_and_changes_nothing_of_it(campaigns, targets):
    seconds = dict.fromkeys("abcdef", 1.0)
    shards = ()
    for counts, target_s in zip(campaigns, targets, strict=False):
        grown = plan_shards(counts, seconds, target_s, max_shards=10**6, existing=shards)
        assert grown[: len(shards)] == shards
        assert [shard.number for shard in grown] == list(range(len(grown)))
        assert covered(inside(counts, grown)) == wanted(counts)
        shards = grown


@given(st.integers(64, 1000), st.lists(st.integers(1, 5000), min_size=4, max_size=4))
def test_a_campaign_that_filled_its_first_plan_grows_three_times_by_larger_shards(max_shards, growths):
    count, shards = 0, ()
    for growth in growths:
        count += growth
        shards = plan_shards({"a": count}, {"a": 1.0}, target_s=1.0, max_shards=max_shards, existing=shards)
        assert covered(shards) == wanted({"a": count})
        assert len(shards) <= max_shards


SPACES = st.tuples(
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 40), min_size=1), st.sets(st.integers(0, 6), min_size=1)
)


def covered_space(shards):
    return sorted(
        (s.block, variant, index) for s in shards for variant in s.variants for index in range(s.start, s.stop)
    )


@given(st.lists(SPACES, min_size=1, max_size=5), st.lists(st.floats(1.0, 200.0), min_size=5, max_size=5))
def test_blocks_and_variants_may_come_and_go_and_every_pair_is_in_one_shard(spaces, targets):
    shards = ()
    for (counts, variants), target_s in zip(spaces, targets, strict=False):
        grown = plan_shards(counts, dict.fromkeys("abc", 1.0), target_s, 10**6, shards, sorted(variants))
        assert grown[: len(shards)] == shards
        wanted = sorted((label, v, i) for label, count in counts.items() for v in variants for i in range(count))
        assert covered_space(inside(counts, grown, variants)) == wanted
        shards = grown


def test_cheap_variants_share_a_shard_and_expensive_ones_have_several():
    cheap = plan_shards({"a": 10}, {"a": 1.0}, target_s=35.0, max_shards=100, variants=range(7))
    assert [(shard.start, shard.stop, shard.variants) for shard in cheap] == [
        (0, 10, (0, 1, 2)),
        (0, 10, (3, 4, 5)),
        (0, 10, (6,)),
    ]
    expensive = plan_shards({"a": 10}, {"a": 7.0}, target_s=35.0, max_shards=100, variants=(0, 1))
    assert [(shard.start, shard.stop, shard.variants) for shard in expensive] == [
        (0, 5, (0,)),
        (5, 10, (0,)),
        (0, 5, (1,)),
        (5, 10, (1,)),
    ]


def test_a_new_variant_gets_shards_of_its_own():
    old = plan_shards({"a": 10}, {"a": 1.0}, target_s=1000.0, max_shards=100, variants=(1, 2))
    grown = plan_shards({"a": 10}, {"a": 1.0}, target_s=1000.0, max_shards=100, existing=old, variants=(1, 3, 2))
    assert [(shard.number, shard.variants) for shard in grown] == [(0, (1, 2)), (1, (3,))]


def test_a_block_that_comes_back_gets_its_shards_back():
    both, seconds = {"a": 20, "b": 20}, {"a": 1.0, "b": 1.0}
    old = plan_shards(both, seconds, target_s=5.0, max_shards=100)
    without = plan_shards({"a": 20}, {"a": 1.0}, target_s=9.0, max_shards=100, existing=old)
    assert {shard.block for shard in inside({"a": 20}, without)} == {"a"}
    back = plan_shards(both, seconds, target_s=2.0, max_shards=100, existing=without)
    assert inside(both, back) == old


def test_a_smaller_block_keeps_its_shards_and_shortens_the_last():
    old = plan_shards({"a": 20}, {"a": 1.0}, target_s=5.0, max_shards=100)
    kept = inside({"a": 12}, old)
    assert [(shard.start, shard.stop) for shard in kept] == [(0, 5), (5, 10), (10, 12)]


def test_the_target_time_sets_the_size():
    shards = plan_shards({"a": 100}, {"a": 2.0}, target_s=50.0, max_shards=1000)
    assert [shard.simulations for shard in shards] == [25, 25, 25, 25]


def test_planning_from_its_own_result_changes_nothing():
    counts, seconds = {"a": 333, "b": 20}, {"a": 1.0, "b": 3.0}
    shards = plan_shards(counts, seconds, target_s=30.0, max_shards=1000)
    assert plan_shards(counts, seconds, target_s=77.0, max_shards=1000, existing=shards) == shards


def test_too_little_room_is_an_error_that_says_so():
    full = [Shard(number, "a", number, number + 1) for number in range(10)]
    with pytest.raises(ConfigError, match="11 shards are needed, but max_shards = 10") as caught:
        plan_shards({"a": 10, "b": 1}, {"a": 1.0, "b": 1.0}, target_s=1.0, max_shards=10, existing=full)
    assert "raise shards.max_shards" in caught.value.remedy


def test_shards_of_removed_blocks_take_no_room():
    gone = [Shard(number, "a", number, number + 1) for number in range(10)]
    shards = plan_shards({"b": 1}, {"b": 1.0}, target_s=1.0, max_shards=10, existing=gone)
    assert inside({"b": 1}, shards) == (Shard(10, "b", 0, 1),)


def test_a_cost_of_almost_nothing_makes_one_shard():
    shards = plan_shards({"a": 12}, {"a": 1e-320}, target_s=60.0, max_shards=10)
    assert [(shard.start, shard.stop) for shard in shards] == [(0, 12)]
