"""What the workflow's rules read of a campaign, and a controller that is the only one of its campaign."""

import errno
import logging
import math
import os
import sys
from datetime import datetime
from functools import cached_property
from pathlib import Path
from statistics import fmean
from typing import BinaryIO

from hammerscale.config import Config
from hammerscale.config.law_seal import is_broken
from hammerscale.errors import SetupError
from hammerscale.ledger.identity import dataset_identity, design_identity, shard_identities
from hammerscale.ledger.outline import variant_costs
from hammerscale.ledger.outline_file import settled_outline
from hammerscale.ledger.places import campaign_folder, shard_files, shards_folder
from hammerscale.plan.campaign_plan import MINUTE_S, Plan
from hammerscale.plan.impact_jobs import ImpactPlan
from hammerscale.plan.model_jobs import ModelPlan, first_model, model_folder
from hammerscale.plan.resolved import announce_plan, write_provenance
from hammerscale.production.parts import sweep_parts
from hammerscale.store.disk import reporting_write_errors
from hammerscale.store.lock import acquire, open_lock
from hammerscale.store.plan_record import RESOLVED
from hammerscale.store.quarantine import quarantine
from hammerscale.store.spending import ENDING
from hammerscale.store.temporary import sweep

LOG = logging.getLogger(__name__)
# Start of the job, loading of kernels, writing of the shard.
JOB_OVERHEAD_MIN = 5.0
RUNTIME_SAFETY = 2.0


class WorkflowPlan(Plan):
    """A plan with the functions that rules call."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._controller: BinaryIO | None = None

    @property
    def folder(self) -> Path:
        """Folder of everything the campaign writes."""
        return campaign_folder(self.config)

    def shard_files(self, dataset: str) -> list[str]:
        """Return the files of all shards of a data set."""
        return [str(file) for file in shard_files(self.config, dataset, self.outlines[dataset]).values()]

    def design_identity(self, dataset: str) -> str:
        """Return the hash of what the design table depends on."""
        return design_identity(self.config, dataset, self.outlines[dataset])

    def dataset_identity(self, dataset: str) -> str:
        """Return the hash of what the gathered data set depends on."""
        return dataset_identity(self.config, dataset, self.outlines[dataset])

    def runtime_min(self, dataset: str, shard: int, attempt: int, ranks: int = 1) -> int:
        """Return the time limit to ask for [min] for a shard on so many ranks; a further attempt gets more."""
        outline = self.outlines[dataset]
        cut = outline.shard(shard)
        costs = dict(zip(outline.variants, variant_costs(self.config, dataset, cut.block), strict=True))
        in_a_row = math.ceil(cut.simulations / ranks)
        expected = in_a_row * fmean(costs[variant] for variant in cut.variants) / MINUTE_S
        return int(attempt * (RUNTIME_SAFETY * expected + JOB_OVERHEAD_MIN)) + 1

    @cached_property
    def models(self) -> ModelPlan:
        """What is learned from the data sets."""
        return ModelPlan(self.config, self.dataset_identity)

    def model_folder(self, surrogate: str) -> Path:
        """Return the folder of the model that laws take: most training paths, first seed."""
        return model_folder(self.config, first_model(self.config, surrogate))

    @cached_property
    def impacts(self) -> ImpactPlan:
        """The impacts that the materials are used in."""
        return ImpactPlan(self.config, self.model_folder)

    @property
    def resolved_config(self) -> Path:
        """The config that jobs read: what the controller checked, so that an edit during the run does not mix in."""
        return self.folder / RESOLVED

    def require_writable(self) -> None:
        """Refuse a results folder that cannot be made or written, before anything is planned for it."""
        with reporting_write_errors(self.folder, needed=0):
            nearest = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
            if not nearest.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, f"{nearest} is not a folder")
            if not os.access(nearest, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, f"{nearest} is not writable")

    def claim(self) -> None:
        """Become the only controller of this campaign until the process ends, or refuse and name the other one."""
        self._controller = open_lock(self.folder / ".controller")
        if owner := acquire(self._controller, wait=False):
            raise SetupError(
                f"another controller runs this campaign: {owner}",
                "two of them would start every job twice",
                "wait for it, or end it first; nothing has to be unlocked",
            )

    def put_broken_laws_aside(self) -> None:
        """Rename written laws whose seal is broken, so that their rule writes them anew."""
        for file in (Path(self.impacts.law(law)) for law in self.config.own_laws):
            if is_broken(file):
                LOG.warning("%s is damaged or was edited: it is kept as %s", file, quarantine(file).name)

    def announce(self) -> str:
        """Write the plan that jobs are held to and the config that they read; return the mark of its jobs."""
        return announce_plan(self.folder, self.config)

    def prepare(self) -> None:
        """Clean up after dead writers, settle the cut into shards and note where the campaign comes from."""
        shards = [shards_folder(self.config, name) for name in self.datasets]
        # Next to every shard, model and run lie the notes of what it cost.
        notes = self.folder.rglob(f"*{ENDING}")
        for folder in (self.folder, *(folder.parent for folder in shards), *shards, *notes):
            if folder.is_dir():
                sweep(folder)
        for name in self.datasets:
            if settled_outline(self.config, name) != self.outlines[name]:
                raise SetupError(
                    f"data set {name} was enlarged by another process while this one planned",
                    "the jobs of this plan would not find their shards",
                    "start again",
                )
            identities = shard_identities(self.config, name, self.outlines[name])
            for number, file in shard_files(self.config, name, self.outlines[name]).items():
                sweep_parts(file, identities[number])
        write_provenance(self.folder, self.config)

    def say_where_results_are(self) -> None:
        """Print where everything is."""
        sys.stderr.write(f"\nfinished {datetime.now():%H:%M:%S}; results are in {self.folder}/\n")
        for name in self.datasets:
            sys.stderr.write(f"  {self.data_folder / name / 'dataset.nc'}\n")
        for name in self.models.surrogates:
            sys.stderr.write(f"  {self.model_folder(name)}/\n")
        if self.impacts.problems:
            sys.stderr.write(f"  {self.impacts.folder}/\n")
