"""A campaign of the elastic body, small enough to run inside a test."""

from pathlib import Path

import pytest

from hammerscale.config import load

ROOT = Path(__file__).parents[2]
TEXT = """
campaign: {{name: tiny, seed: 5, results: {results}}}
datasets:
  body:
    rev: {{kind: elastic, material: {root}/config/materials/magnesium.yaml}}
    duration_s: 1.0e-6
    output_times: 11
    paths:
      - {{family: random_walk, split: train, count: 12, max_strain: 0.1}}
      - {{family: cavity, split: test, count: 5, max_strain: 0.1}}
    shards: {{target_minutes: 1, seconds_per_path: {{default: {seconds}}}}}
"""


@pytest.fixture
def make_config(tmp_path):
    """Return a function that loads the campaign; `seconds` per path sets the size of shards, 60/seconds."""

    def make(*overrides, seconds=12.0, results=tmp_path / "results"):
        file = tmp_path / "config.yaml"
        file.write_text(TEXT.format(results=results, root=ROOT, seconds=seconds))
        return load([file], list(overrides))

    return make
