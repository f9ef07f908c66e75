"""Where everything of a campaign lies: the one place with the names of files and folders."""

import re
from pathlib import Path

from hammerscale.config import Config
from hammerscale.ledger.identity import shard_identities
from hammerscale.ledger.outline import Outline

# The start of the hash of what a shard depends on is part of its name, so that configs do not overwrite each other.
SHARD_NAME = re.compile(r"\d{4,}-[0-9a-f]{12}\.nc")


def campaign_folder(config: Config) -> Path:
    """Return the folder of everything that a campaign writes."""
    return Path(config.campaign.results) / config.campaign.name


def costs_file(config: Config) -> Path:
    """Return where measured costs lie: a small config to lay over that of the campaign."""
    return campaign_folder(config) / "costs.yaml"


def dataset_folder(config: Config, dataset: str) -> Path:
    """Return the folder of everything that belongs to a data set."""
    return campaign_folder(config) / "data" / dataset


def outline_file(config: Config, dataset: str) -> Path:
    """Return where blocks and shards of a data set are recorded."""
    return dataset_folder(config, dataset) / "outline.json"


def outline_copy_file(config: Config, dataset: str) -> Path:
    """Return where the same is recorded once more, in case a disk or a hand damages the first."""
    return dataset_folder(config, dataset) / "outline-copy.json"


def design_file(config: Config, dataset: str) -> Path:
    """Return where the design table of a data set lies."""
    return dataset_folder(config, dataset) / "design.nc"


def dataset_file(config: Config, dataset: str) -> Path:
    """Return where the gathered data set lies."""
    return dataset_folder(config, dataset) / "dataset.nc"


def shards_folder(config: Config, dataset: str) -> Path:
    """Return the folder of the shards of a data set."""
    return dataset_folder(config, dataset) / "shards"


def shard_files(config: Config, dataset: str, outline: Outline) -> dict[int, Path]:
    """Return where the results of each shard lie, by number."""
    folder = shards_folder(config, dataset)
    identities = shard_identities(config, dataset, outline)
    return {number: folder / f"{number:04d}-{identity[:12]}.nc" for number, identity in identities.items()}


def parts_folder(shard: Path) -> Path:
    """Return the folder with the finished part of an unfinished shard, next to the shard's file."""
    return shard.with_suffix(".parts")


def lock_file(shard: Path) -> Path:
    """Return the lock of a shard, next to its file: the process that computes it holds the lock."""
    return shard.with_suffix(".lock")


def failed_file(shard: Path) -> Path:
    """Return the list of a shard's failures, next to its file."""
    return shard.with_suffix(".failed")
