"""The list beside a shard names exactly what failed, and a data set with too many failures goes no further."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammerscale.arrays import Outcome
from hammerscale.errors import CampaignError
from hammerscale.production.failures import failure_lines, known_failures, note_failures
from hammerscale.production.runner import Simulator, run_shard
from tests.production.histories import made_up
from tests.production.places import shard_file


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(outcomes=st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=8))
def test_there_is_a_line_per_failure_and_no_file_without_any(tmp_path, outcomes):
    note_failures(tmp_path / "0001.nc", made_up(range(10, 10 + len(outcomes)), outcomes), 30.0)
    expected = [f"{10 + i} {o.name.lower()} 0.25 30.0" for i, o in enumerate(outcomes) if o is not Outcome.CONVERGED]
    file = tmp_path / "0001.failed"
    assert (failure_lines(tmp_path / "0001.nc") if file.exists() else []) == expected
    assert file.exists() == bool(expected)


@pytest.mark.parametrize(("limit_s", "counted"), [(30.0, [10, 11]), (29.0, [10, 11]), (31.0, [10])])
def test_what_ended_at_a_smaller_time_limit_may_still_become_a_success(tmp_path, limit_s, counted):
    shard = tmp_path / "0001.nc"
    note_failures(shard, made_up([10, 11], [Outcome.NOT_FINITE, Outcome.TIME_LIMIT]), 30.0)
    shard.touch()
    assert [identifier for identifier, _ in known_failures([shard], limit_s)] == counted


def test_the_list_of_a_shard_that_was_moved_away_does_not_count(tmp_path):
    note_failures(tmp_path / "0001.nc", made_up([10], [Outcome.NOT_FINITE]), 30.0)
    assert known_failures([tmp_path / "0001.nc"], 30.0) == []


def test_a_damaged_list_is_read_from_its_shard(make_config, monkeypatch):
    run = Simulator.run

    def fail_one(self, batch):
        (identifier,) = batch
        results = run(self, batch)
        results.outcome[:] = Outcome.NOT_FINITE if identifier == 1 else Outcome.CONVERGED
        return results

    monkeypatch.setattr(Simulator, "run", fail_one)
    config = make_config()
    run_shard(config, "body", 0)
    shard = shard_file(config, "body", 0)
    whole, file = failure_lines(shard), shard.with_suffix(".failed")
    for place in range(8 * len(file.read_bytes())):
        damaged = bytearray(file.read_bytes())
        damaged[place // 8] ^= 1 << place % 8
        file.write_bytes(damaged)
        assert failure_lines(shard) == whole
        damaged[place // 8] ^= 1 << place % 8
        file.write_bytes(damaged)


@pytest.fixture
def failing(monkeypatch):
    """Return the ids of the simulations that ran; all of them fail."""
    ran, run = [], Simulator.run

    def fail(self, batch):
        (identifier,) = batch
        ran.append(identifier)
        results = run(self, batch)
        results.outcome[:] = Outcome.TIME_LIMIT
        return results

    monkeypatch.setattr(Simulator, "run", fail)
    return ran


def test_no_shard_begins_once_too_much_has_failed(make_config, failing):
    config = make_config("datasets.body.max_failed_fraction=0.2")
    run_shard(config, "body", 0)
    with pytest.raises(
        CampaignError, match=r"5 of 17 simulations of body failed, allowed is a fraction of 0\.2"
    ) as caught:
        run_shard(config, "body", 1)
    assert "  3  time_limit" in caught.value.why
    assert failing == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("more", ["datasets.body.max_failed_fraction=0.3", "datasets.body.time_limit_s=1e4"])
def test_a_campaign_that_stopped_goes_on_once_more_is_allowed(make_config, failing, more):
    run_shard(make_config("datasets.body.max_failed_fraction=0.2"), "body", 0)
    config = make_config("datasets.body.max_failed_fraction=0.2", more)
    run_shard(config, "body", 1)
    assert shard_file(config, "body", 1).exists()


def test_a_shard_that_is_there_is_mended_whatever_else_failed(make_config, failing):
    for number in (0, 1):
        run_shard(make_config("datasets.body.max_failed_fraction=0.3"), "body", number)
    failing.clear()
    run_shard(make_config("datasets.body.max_failed_fraction=0", "datasets.body.time_limit_s=1e4"), "body", 1)
    assert failing == [5, 6, 7, 8, 9]
