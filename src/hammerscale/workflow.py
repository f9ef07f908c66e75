"""What the Snakefile needs: the checked config, the plan, and a controller that knows whether it is the only one."""

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NoReturn

from hammerscale.campaign.identity import dataset_identity
from hammerscale.campaign.lock import acquire
from hammerscale.campaign.plan import MINUTE_S, Plan
from hammerscale.campaign.runner import shard_file
from hammerscale.config import Config, load
from hammerscale.errors import HammerscaleError, SetupError

DEFAULT_CONFIG = Path("config/config.yaml")
# Start of the job, loading of kernels, writing of the shard.
JOB_OVERHEAD_MIN = 5.0
RUNTIME_SAFETY = 2.0


class Campaign(Plan):
    """A plan with the answers that rules ask for."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._controller: IO[str] | None = None

    @property
    def folder(self) -> Path:
        """Folder of everything the campaign writes."""
        return self.data_folder.parent

    def shard_files(self, dataset: str) -> list[str]:
        """Return the files of all shards of a data set."""
        return [str(shard_file(self.config, dataset, shard.number)) for shard in self.outlines[dataset].shards]

    def dataset_identity(self, dataset: str) -> str:
        """Return the hash of what the gathered data set depends on."""
        return dataset_identity(self.config, dataset)

    def runtime_min(self, dataset: str, shard: int, attempt: int) -> int:
        """Return the time limit to ask for [min]; a further attempt gets more."""
        expected = self.shard_cost_s(dataset, shard) / MINUTE_S
        return int(attempt * (RUNTIME_SAFETY * expected + JOB_OVERHEAD_MIN)) + 1

    def claim(self) -> None:
        """Become the only controller of this campaign until the process ends, or refuse and name the other one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._controller = (self.folder / ".controller").open("a+", encoding="utf-8")
        if owner := acquire(self._controller, wait=False):
            raise SetupError(
                f"another controller runs this campaign: {owner}",
                "two of them would start every job twice",
                "wait for it, or end it first",
            )

    def say_where_results_are(self) -> None:
        """Print where everything is."""
        sys.stderr.write(f"\nfinished {datetime.now():%H:%M:%S}; results are in {self.folder}/\n")
        for name in self.datasets:
            sys.stderr.write(f"  {self.data_folder / name / 'dataset.nc'}\n")


def open_campaign(workflow: Any) -> tuple[Campaign, str]:
    """Return the campaign of a Snakemake run and the arguments that give every verb the same config.

    Parameters
    ----------
    workflow : the object of this name in a Snakefile
    """
    files = [Path(file) for file in workflow.config_settings.configfiles] or [DEFAULT_CONFIG]
    overrides = list(flatten(workflow.config_settings.config))
    try:
        campaign = Campaign(load(files, overrides))
        # Planning may fail on an existing design, so it happens here and not inside a rule.
        _ = campaign.outlines
    except HammerscaleError as error:
        _leave(error)
    arguments = [f"--configfile {shlex.quote(str(file))}" for file in files]
    arguments += [f"--config {shlex.quote(override)}" for override in overrides]
    return campaign, " ".join(arguments)


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
