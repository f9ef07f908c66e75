"""The door between the Snakefile and the library: the config is checked before anything heavy is imported."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hammerscale.config import load
from hammerscale.errors import HammerscaleError

if TYPE_CHECKING:
    from hammerscale.campaign.controller import Campaign

DEFAULT_CONFIG = Path("config/config.yaml")


def open_campaign(workflow: Any) -> "Campaign":
    """Return the campaign of a Snakemake run; a wrong config ends the process before any job.

    Parameters
    ----------
    workflow : the object of this name in a Snakefile
    """
    files = [Path(file) for file in workflow.config_settings.configfiles] or [DEFAULT_CONFIG]
    overrides = list(flatten(workflow.config_settings.config))
    try:
        config = load(files, overrides)
        from hammerscale.campaign.controller import Campaign

        campaign = Campaign(config)
        # Planning may fail on an existing design, so it happens here and not inside a rule.
        _ = campaign.outlines
    except HammerscaleError as error:
        _leave(error)
    return campaign


def flatten(config: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield Snakemake's `--config key='{inner: value}'` as `key.inner=value`."""
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}={value}"


def _leave(error: HammerscaleError) -> NoReturn:
    """End the process as the command line does, without Snakemake's traceback."""
    sys.stderr.write(f"error: {error}\n")
    sys.stderr.flush()
    os._exit(error.exit_code)
