"""Hashes of exactly what a file of the campaign depends on: a change reruns what it must and nothing else."""

from hammerscale.campaign.design import Outline
from hammerscale.campaign.shards import Shard
from hammerscale.config import Config
from hammerscale.config.hashes import digest
from hammerscale.rev.physics_version import PHYSICS_VERSION


def design_identity(config: Config, dataset: str) -> str:
    """Return the hash of what the design table depends on."""
    return config.design_hash(dataset)


def shard_identity(config: Config, dataset: str, outline: Outline, shard: Shard) -> str:
    """Return the hash of what the results of one shard depend on."""
    return digest(
        {
            "simulation": config.simulation_hash(dataset, PHYSICS_VERSION),
            "paths": outline.block(shard.block).identity,
            "start": shard.start,
            "stop": shard.stop,
        }
    )


def dataset_identity(config: Config, dataset: str) -> str:
    """Return the hash of what the gathered data set depends on."""
    return digest(
        {"design": config.design_hash(dataset), "simulation": config.simulation_hash(dataset, PHYSICS_VERSION)}
    )
