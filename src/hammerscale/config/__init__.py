"""The config of a campaign: models, loader, hashes, and the files that are generated from the models."""

from hammerscale.config.checked_config import Config
from hammerscale.config.loader import load, read_material

__all__ = ["Config", "load", "read_material"]
