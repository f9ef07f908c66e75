"""Hashes of exactly what a file of the campaign depends on: a change reruns what it must and nothing else."""

from hammerscale.campaign.outline import Outline
from hammerscale.config import Config
from hammerscale.config.hashes import digest
from hammerscale.rev.physics_version import PHYSICS_VERSION


def design_identity(config: Config, dataset: str, outline: Outline) -> str:
    """Return the hash of what the design table depends on: paths, ids and shards."""
    shards = [[shard.number, outline.shard_ids(shard).start, shard.simulations] for shard in outline.shards]
    return digest({"paths": config.design_hash(dataset), "shards": shards})


def shard_identities(config: Config, dataset: str, outline: Outline) -> dict[int, str]:
    """Return the hash of what the results of each shard depend on, by number.

    The ids are part of it: results that were stored under other ids are never taken for those of a shard.
    """
    simulation = config.simulation_hash(dataset, PHYSICS_VERSION)
    paths = {block.label: block.identity for block in outline.blocks}
    return {
        shard.number: digest({"simulation": simulation, "paths": paths[shard.block], "ids": [ids.start, ids.stop]})
        for shard in outline.shards
        for ids in [outline.shard_ids(shard)]
    }


def dataset_identity(config: Config, dataset: str, outline: Outline) -> str:
    """Return the hash of what the gathered data set depends on."""
    simulation = config.simulation_hash(dataset, PHYSICS_VERSION)
    return digest({"design": design_identity(config, dataset, outline), "simulation": simulation})
