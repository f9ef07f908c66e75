"""A data set made in one process: all shards, once; a second call computes the new simulations alone."""

import numpy as np
import xarray as xr

import hammerscale as hs
from hammerscale.production import runner

TEXT = """
campaign: {{name: tiny, results: {results}}}
datasets:
  body:
    rev: {{kind: elastic, material: config/materials/magnesium.yaml}}
    duration_s: 1.0e-6
    output_times: 3
    paths: [{{family: random_walk, split: train, count: {count}, max_strain: 0.1}}]
    shards: {{target_minutes: 1, seconds_per_path: {{default: 12}}}}
"""


def produced(folder, count):
    file = folder / "config.yaml"
    file.write_text(TEXT.format(results=folder / "results", count=count))
    return hs.produce_dataset(hs.load_config([file]), "body")


def test_all_simulations_are_there_and_only_new_ones_are_computed(tmp_path, monkeypatch):
    computed = []
    run = runner.Simulator.run
    monkeypatch.setattr(runner.Simulator, "run", lambda self, ids: computed.extend(ids) or run(self, ids))
    with xr.open_dataset(produced(tmp_path, 12)) as first:
        stress = first.stress.values
    assert len(computed) == 12
    computed.clear()
    with xr.open_dataset(produced(tmp_path, 15)) as second:
        assert np.array_equal(second.stress.values[:12], stress)
        assert second.sizes["path"] == 15
    assert len(computed) == 3
