"""A gathered campaign of a small Taylor polycrystal, for studies that need data and unit cell together."""

from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.plan.campaign_plan import Plan, write_dataset_design
from hammerscale.production.gather import gather_dataset
from hammerscale.production.runner import run_shard

ROOT = Path(__file__).parents[2]
TEXT = """
campaign: {{name: small, seed: 5, results: {results}}}
datasets:
  taylor:
    rev: {{kind: taylor, material: {root}/config/materials/magnesium.yaml, grains: 12}}
    duration_s: 1.0e-6
    output_times: 101
    paths:
      - {{family: random_walk, split: train, count: 20, max_strain: 0.05}}
      - {{family: random_walk, split: test, count: 6, max_strain: 0.05}}
      - {{family: uniaxial, split: test, count: 2, max_strain: 0.05}}
  body:
    rev: {{kind: elastic, material: {root}/config/materials/magnesium.yaml}}
    duration_s: 1.0e-6
    output_times: 11
    paths:
      - {{family: random_walk, split: train, count: 4, max_strain: 0.05}}
      - {{family: random_walk, split: test, count: 2, max_strain: 0.05}}
      - {{family: uniaxial, split: test, count: 2, max_strain: 0.05}}
"""


# Trained on walks, tested on other families alone.
APART = """
campaign: {{name: apart, seed: 5, results: {results}}}
datasets:
  taylor:
    rev: {{kind: taylor, material: {root}/config/materials/magnesium.yaml, grains: 2}}
    duration_s: 1.0e-6
    output_times: 11
    paths:
      - {{family: random_walk, split: train, count: 3, max_strain: 0.05}}
      - {{family: uniaxial, split: test, count: 2, max_strain: 0.05}}
"""


@pytest.fixture(scope="session")
def gathered(tmp_path_factory):
    """Return the config of a campaign whose data sets are gathered."""
    return gather(TEXT, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def apart(tmp_path_factory):
    """Return the config of a gathered campaign whose test paths are of no family that trains."""
    return gather(APART, tmp_path_factory.mktemp("apart"))


def gather(text, folder):
    """Simulate and gather all data sets of a campaign, and return its config."""
    file = folder / "config.yaml"
    file.write_text(text.format(results=folder / "results", root=ROOT))
    config = load([file], [])
    for dataset in config.datasets:
        write_dataset_design(config, dataset)
        for shard in Plan(config).outlines[dataset].shards:
            run_shard(config, dataset, shard.number)
        gather_dataset(config, dataset)
    return config
