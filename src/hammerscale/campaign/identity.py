"""Hashes of exactly what a file of the campaign depends on: a change reruns what it must and nothing else."""

from hammerscale.campaign.outline import Outline
from hammerscale.campaign.shards import Shard
from hammerscale.config import Config
from hammerscale.config.hashes import digest
from hammerscale.rev.physics_version import PHYSICS_VERSION


def design_identity(config: Config, dataset: str) -> str:
    """Return the hash of what the design table depends on."""
    return config.design_hash(dataset)


def shard_identity(config: Config, dataset: str, outline: Outline, shard: Shard) -> str:
    """Return the hash of what the results of one shard depend on."""
    return _shard_identity(config.simulation_hash(dataset, PHYSICS_VERSION), outline, shard)


def shard_identities(config: Config, dataset: str, outline: Outline) -> dict[int, str]:
    """Return `shard_identity` of all shards by number, hashing once what they share: a plan has a thousand of them."""
    simulation = config.simulation_hash(dataset, PHYSICS_VERSION)
    return {shard.number: _shard_identity(simulation, outline, shard) for shard in outline.shards}


def dataset_identity(config: Config, dataset: str) -> str:
    """Return the hash of what the gathered data set depends on."""
    return digest(
        {"design": config.design_hash(dataset), "simulation": config.simulation_hash(dataset, PHYSICS_VERSION)}
    )


def _shard_identity(simulation: str, outline: Outline, shard: Shard) -> str:
    paths = outline.block(shard.block).identity
    return digest({"simulation": simulation, "paths": paths, "start": shard.start, "stop": shard.stop})
