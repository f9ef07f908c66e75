"""A small data set made in this process, without Snakemake."""

from pathlib import Path

from hammerscale.config import Config
from hammerscale.ledger.outline_file import current_outline
from hammerscale.plan.campaign_plan import write_dataset_design
from hammerscale.production.gather import gather_dataset
from hammerscale.production.runner import run_shard


def produce_dataset(config: Config, dataset: str) -> Path:
    """Draw the paths of a data set, simulate what is missing of it, shard by shard, and return its file."""
    config.dataset(dataset)
    write_dataset_design(config, dataset)
    for shard in current_outline(config, dataset).shards:
        run_shard(config, dataset, shard.number)
    return gather_dataset(config, dataset)
