"""Measured costs are a config of their own, which plans with them when it is laid over the campaign's."""

import pytest
import yaml

from hammerscale.campaign.layout import costs_file
from hammerscale.campaign.plan import Plan, print_plan, write_dataset_design
from hammerscale.config import load

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
