"""Measure what simulations cost, so that shards can be cut to last."""

from collections.abc import Mapping

from hammerscale.config import Config
from hammerscale.ledger.outline_file import current_outline
from hammerscale.production.simulator import build_simulator

SAMPLES = 5


def measure_costs(config: Config) -> Mapping[str, Mapping[str, float]]:
    """Return the CPU time of one simulation [s] by data set and block, the mean of the first few of each block.

    They are run as the campaign runs them: one that does not end costs what the time limit allows.
    """
    return {name: _measure_dataset(config, name) for name in config.datasets}


def _measure_dataset(config: Config, dataset: str) -> dict[str, float]:
    costs = {}
    outline = current_outline(config, dataset)
    for block in outline.blocks:
        simulator = build_simulator(config, dataset, outline, block, identity="measurement")
        # The first variants of the config with the first paths, evenly over both.
        count = min(SAMPLES, block.count * len(outline.variants))
        places = [i * len(outline.variants) // count for i in range(count)]
        ids = [block.simulation_id(i % block.count, outline.variants[place]) for i, place in enumerate(places)]
        # The first call compiles kernels or loads them from the cache; it is not part of the cost.
        simulator.run(ids[:1])
        costs[block.label] = sum(float(simulator.run([identifier]).cost_s[0]) for identifier in ids) / count
    return costs
