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
LOOKING = frozenset({"--lint", "--report", "--summary", "--detailed-summary", "--dag", "--rulegraph", "--filegraph"})


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
        if workflow.is_main_process and not _only_looks(workflow):
            # Before Snakemake's own lock, whose message names nobody and recommends to remove it.
            campaign.claim()
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


def _only_looks(workflow: Any) -> bool:
    """Whether this run starts no job and removes no lock, so that it may go on beside a controller."""
    return workflow.output_settings.dryrun or not LOOKING.isdisjoint(sys.argv)


def _leave(error: HammerscaleError) -> NoReturn:
    """End the process as the command line does, without Snakemake's traceback."""
    sys.stderr.write(f"error: {error}\n")
    sys.stderr.flush()
    os._exit(error.exit_code)
