"""Where everything of a campaign lies: the one place that knows the names of files and folders."""

from pathlib import Path

from hammerscale.campaign.outline import dataset_folder as dataset_folder
from hammerscale.campaign.outline import design_file as design_file
from hammerscale.config import Config


def campaign_folder(config: Config) -> Path:
    """Return the folder of everything that a campaign writes."""
    return Path(config.campaign.results) / config.campaign.name


def costs_file(config: Config) -> Path:
    """Return where measured costs lie: a small config to lay over that of the campaign."""
    return campaign_folder(config) / "costs.yaml"


def dataset_file(config: Config, dataset: str) -> Path:
    """Return where the gathered data set lies."""
    return dataset_folder(config, dataset) / "dataset.nc"


def shards_folder(config: Config, dataset: str) -> Path:
    """Return the folder of the shards of a data set."""
    return dataset_folder(config, dataset) / "shards"


def shard_file(config: Config, dataset: str, number: int) -> Path:
    """Return where the results of a shard lie."""
    return shards_folder(config, dataset) / f"{number:04d}.nc"


def parts_folder(shard: Path) -> Path:
    """Return the folder of what is finished of a shard that is not, beside the shard's file."""
    return shard.with_suffix(".parts")


def lock_file(shard: Path) -> Path:
    """Return the lock of a shard, beside its file: who computes it holds the lock."""
    return shard.with_suffix(".lock")


def failed_file(shard: Path) -> Path:
    """Return the list of a shard's failures, beside its file."""
    return shard.with_suffix(".failed")
