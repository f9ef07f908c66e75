"""Measured costs are a config of their own, which plans with them when it is laid over the campaign's."""

import pytest
import yaml

from hammerscale.config import load
from hammerscale.ledger.places import costs_file
from hammerscale.plan.campaign_plan import Plan, print_plan, write_dataset_design
from hammerscale.production.cost_measurement import measure_costs

COSTS = {"body": {"train_random_walk": 6.0, "test_cavity": 0.001234}}


def test_the_file_laid_over_the_config_gives_the_measured_costs(make_config, tmp_path, capsys):
    config = make_config()
    print_plan(config, COSTS)
    over = load([tmp_path / "config.yaml", costs_file(config)], [])
    assert over.datasets["body"].shards.seconds_per_path == {"default": 6.0, **COSTS["body"]}
    assert over.datasets["body"].shards.target_minutes == config.datasets["body"].shards.target_minutes
    # Ten walks of 6 s fill a shard of a minute, two hold all; at 12 s it took three.
    assert [len(Plan(each).outlines["body"].shards) for each in (config, over)] == [4, 3]
    shown = capsys.readouterr().out
    assert str(costs_file(config)) in shown
    assert yaml.safe_load("datasets:" + shown.split("\ndatasets:")[1]) == yaml.safe_load(costs_file(config).read_text())


def test_a_plan_without_measurement_writes_nothing(make_config):
    config = make_config()
    print_plan(config)
    assert not costs_file(config).exists()


@pytest.mark.parametrize("seconds", ["0.001", "50"])
def test_measured_costs_leave_the_shards_of_an_existing_design(make_config, tmp_path, seconds):
    config = make_config()
    write_dataset_design(config, "body")
    over = load([tmp_path / "config.yaml"], [f"datasets.body.shards.seconds_per_path.default={seconds}"])
    assert Plan(over).outlines["body"] == Plan(config).outlines["body"]


def test_simulations_are_measured_under_the_time_limit_of_the_campaign(make_config):
    endless = (
        "{kind: taylor, material: config/materials/magnesium.yaml, grains: 64, tolerance: 1e-12, max_steps: 1000000000}"
    )
    config = make_config(
        f"datasets.body.rev={endless}",
        "datasets.body.paths=[{family: random_walk, split: test, count: 2, max_strain: 0.1}]",
        "datasets.body.time_limit_s=0.05",
    )
    cost = measure_costs(config)["body"]["test_random_walk"]
    assert 0.0 < cost < 0.5
