"""A simulation that would never end is given up by the clock and stored as such; the others are not touched."""

import numpy as np

from hammerscale.campaign.gather import dataset_file, gather_dataset
from hammerscale.campaign.plan import Plan, write_dataset_design
from hammerscale.campaign.runner import run_shard
from hammerscale.rev.unit_cell import Outcome
from hammerscale.store.netcdf import read_netcdf


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
