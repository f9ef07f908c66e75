"""Measure what simulations cost, so that shards can be cut to last."""

import time
from collections.abc import Mapping

from hammerscale.campaign.design import output_times
from hammerscale.campaign.draws import draw_path
from hammerscale.config import Config
from hammerscale.rev.factory import build_unit_cell

SAMPLES = 5


def measure_costs(config: Config) -> Mapping[str, Mapping[str, float]]:
    """Return the CPU time of one simulation [s] by data set and block, the mean of the first few of each block."""
    return {name: _measure_dataset(config, name) for name in config.datasets}


def _measure_dataset(config: Config, dataset: str) -> dict[str, float]:
    settings = config.datasets[dataset]
    cell = build_unit_cell(settings.rev, config.materials[dataset], config.campaign.seed)
    times = output_times(config, dataset)
    costs = {}
    for block in settings.paths:
        count = min(SAMPLES, block.simulations)
        draws = (draw_path(block, i, settings.rev.dimension, config.campaign.seed) for i in range(count))
        paths = [draw.path() for draw in draws]
        # The first call compiles kernels or loads them from the cache; it is not part of the cost.
        cell.response(paths[0], times, settings.duration_s)
        start = time.process_time()
        for path in paths:
            cell.response(path, times, settings.duration_s)
        costs[block.label] = (time.process_time() - start) / count
    return costs
