"""Hashes of exactly what a file of the campaign depends on: a change reruns what it must and nothing else."""

from hammerscale.cell.physics_version import PHYSICS_VERSION
from hammerscale.config import Config
from hammerscale.config.axes.parameter_keys import unit_and_scale
from hammerscale.config.hashes import digest
from hammerscale.ledger.outline import Outline
from hammerscale.ledger.shards import Shard


def design_identity(config: Config, dataset: str, outline: Outline) -> str:
    """Return the hash of what the design table depends on: paths, ids and shards."""
    shards = [[shard.number, *_first_and_count(outline, shard)] for shard in outline.shards]
    units = [unit_and_scale(config.materials[dataset], name) for name in config.datasets[dataset].axes]
    return digest({"paths": config.design_hash(dataset), "shards": shards, **({"units": units} if units else {})})


def shard_identities(config: Config, dataset: str, outline: Outline) -> dict[int, str]:
    """Return the hash of what the results of each shard depend on, by number.

    That is, of each of its variants, what turns its paths into stresses, and the paths. The ids are part of it:
    results that were stored under other ids are never taken for those of a shard.
    """
    inputs = variant_inputs(config, dataset, outline)
    identities = {}
    for shard in outline.shards:
        of_variants = [
            digest({**inputs[variant, shard.block], "ids": [ids.start, ids.stop]})
            for variant, ids in outline.shard_ranges(shard).items()
        ]
        identities[shard.number] = of_variants[0] if len(of_variants) == 1 else digest(of_variants)
    return identities


def dataset_identity(config: Config, dataset: str, outline: Outline) -> str:
    """Return the hash of what the gathered data set depends on."""
    simulations = [
        config.at(dataset, variant).simulation_hash(dataset, PHYSICS_VERSION)
        for variant in config.datasets[dataset].variants
    ]
    simulation = simulations[0] if len(simulations) == 1 else simulations
    return digest({"design": design_identity(config, dataset, outline), "simulation": simulation})


def variant_inputs(config: Config, dataset: str, outline: Outline) -> dict[tuple[int, str], dict[str, str]]:
    """Return the hashes of what the simulations of a variant and a block depend on, by its number and their label."""
    inputs = {}
    for number, variant in zip(outline.variants, config.datasets[dataset].variants, strict=True):
        one = config.at(dataset, variant)
        simulation = one.simulation_hash(dataset, PHYSICS_VERSION)
        for block in outline.blocks:
            inputs[number, block.label] = {"simulation": simulation, "paths": one.block_hash(dataset, block.label)}
    return inputs


def _first_and_count(outline: Outline, shard: Shard) -> list[int]:
    """Return the first id of every run of a shard, and their number: of one variant as before there were others."""
    return [*(ids.start for ids in outline.shard_ranges(shard).values()), shard.simulations]
