"""Measure what simulations cost, so that shards can be cut to last."""

from collections.abc import Mapping

from hammerscale.campaign.outline_file import current_outline
from hammerscale.campaign.simulator import build_simulator
from hammerscale.config import Config

SAMPLES = 5


def measure_costs(config: Config) -> Mapping[str, Mapping[str, float]]:
    """Return the CPU time of one simulation [s] by data set and block, the mean of the first few of each block.

    They are run as the campaign runs them: one that does not end costs what the time limit allows.
    """
    return {name: _measure_dataset(config, name) for name in config.datasets}


def _measure_dataset(config: Config, dataset: str) -> dict[str, float]:
    costs = {}
    for block in current_outline(config, dataset).blocks:
        simulator = build_simulator(config, dataset, block, identity="measurement")
        count = min(SAMPLES, block.count)
        # The first call compiles kernels or loads them from the cache; it is not part of the cost.
        simulator.run(block.simulation_id(0))
        found = [simulator.run(block.simulation_id(index)) for index in range(count)]
        costs[block.label] = sum(float(results.cost_s[0]) for results in found) / count
    return costs
