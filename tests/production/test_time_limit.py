"""A simulation that would never end is given up by the clock and stored as such; the others are not touched."""

import numpy as np
import pytest

from hammerscale.arrays import Outcome
from hammerscale.ledger.places import dataset_file, parts_folder
from hammerscale.plan.campaign_plan import Plan, write_dataset_design
from hammerscale.production.gather import gather_dataset
from hammerscale.production.runner import Simulator, run_shard
from hammerscale.store.netcdf import read_netcdf
from tests.production.places import shard_file


def test_the_clock_reaches_into_the_kernel_of_a_campaign(make_config):
    endless = (
        "{kind: taylor, material: config/materials/magnesium.yaml, grains: 64, tolerance: 1e-12, max_steps: 1000000000}"
    )
    config = make_config(
        f"datasets.body.rev={endless}",
        "datasets.body.paths=[{family: random_walk, split: test, count: 2, max_strain: 0.1}]",
        "datasets.body.time_limit_s=0.05",
        "datasets.body.max_failed_fraction=1",
    )
    write_dataset_design(config, "body")
    for shard in Plan(config).outlines["body"].shards:
        run_shard(config, "body", shard.number)
    gather_dataset(config, "body")
    contents = read_netcdf(dataset_file(config, "body"))
    assert (contents.variables["outcome"].data == Outcome.TIME_LIMIT).all()
    assert (contents.variables["last_good_time"].data < 1.0).all()
    assert np.isnan(contents.variables["stress"].data[:, -1]).all()


@pytest.fixture
def given_up(make_config, monkeypatch):
    """Return configs of a smaller and a larger limit, and a list that notes what is computed.

    Under the smaller limit, simulations 3 and 7 end at it and simulation 4 fails otherwise; all shards are there.
    """
    computed = []
    original = Simulator.run

    def run(self, batch):
        (identifier,) = batch
        computed.append(identifier)
        results = original(self, batch)
        if identifier in (3, 7) and self.time_limit_s < 100.0:
            results.outcome[:] = Outcome.TIME_LIMIT
        if identifier == 4:
            results.outcome[:] = Outcome.STEP_FLOOR
        return results

    monkeypatch.setattr(Simulator, "run", run)
    tolerant = "datasets.body.max_failed_fraction=0.5"
    small, large = (make_config(tolerant, f"datasets.body.time_limit_s={limit}") for limit in (10, 100))
    write_dataset_design(small, "body")
    for shard in Plan(small).outlines["body"].shards:
        run_shard(small, "body", shard.number)
    gather_dataset(small, "body")
    computed.clear()
    return small, large, computed


def test_a_larger_limit_computes_those_again_that_ended_at_the_smaller_one_and_no_others(given_up):
    _, large, computed = given_up
    outcome = read_netcdf(gather_dataset(large, "body")).variables["outcome"].data
    assert sorted(computed) == [3, 7]
    assert np.flatnonzero(outcome).tolist() == [4]
    shard = shard_file(large, "body", 0)
    assert read_netcdf(shard).attributes["time_limit_s"] == 100.0
    assert not parts_folder(shard).exists()


def test_a_smaller_or_equal_limit_computes_nothing_again(given_up, make_config):
    small, _, computed = given_up
    smaller = make_config("datasets.body.max_failed_fraction=0.5", "datasets.body.time_limit_s=1")
    for config in (small, smaller):
        gather_dataset(config, "body")
    assert computed == []


def test_a_larger_limit_holds_for_the_parts_of_an_interrupted_shard(given_up):
    small, large, computed = given_up
    shard = shard_file(small, "body", 0)
    folder = parts_folder(shard)
    folder.mkdir()
    shard.rename(folder / "0000-17-abcdef01-5s-2f.nc")
    run_shard(large, "body", 0)
    assert sorted(computed) == [3]
