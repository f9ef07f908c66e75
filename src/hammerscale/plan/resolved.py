"""The config that a controller checked, as its jobs read it, and the plan that they have to belong to."""

import hashlib
import json
from pathlib import Path

from hammerscale import __version__
from hammerscale.cell.physics_version import PHYSICS_VERSION
from hammerscale.config import Config, load
from hammerscale.config.hashes import digest
from hammerscale.inputs import pinned_inputs
from hammerscale.provenance import collect
from hammerscale.store.atomic import write_text
from hammerscale.store.plan_record import RESOLVED, planned_files, write_plan_record
from hammerscale.store.sealed_json import write_sealed_json

PROVENANCE = "provenance.json"


def announce_plan(folder: Path, config: Config) -> str:
    """Write what jobs are held to from now on, and the config that they read; return how jobs of this plan are marked.

    Parameters
    ----------
    folder : folder of the campaign
    config : the campaign
    """
    text = json.dumps(config.settings.model_dump(mode="json", exclude_unset=True), indent=2, ensure_ascii=False) + "\n"
    plan = digest([config.hash(), PHYSICS_VERSION, __version__])
    # Before the config: what reads the new one must not take it for the old.
    checksum = hashlib.sha256(text.encode()).hexdigest()
    mark = write_plan_record(folder, plan, checksum, config.contents)
    write_text(folder / RESOLVED, text)
    return mark


def write_provenance(folder: Path, config: Config) -> None:
    """Write where a campaign comes from, with the SHA-256 of every file that it reads."""
    provenance = collect(config.hash(), {"campaign": config.campaign.seed})
    write_sealed_json(folder / PROVENANCE, {**provenance.document(), "files": dict(config.contents)})


def load_resolved(file: Path) -> Config:
    """Return the config that a controller checked; one that changed since is refused, with all that it names."""
    with pinned_inputs(planned_files(file)):
        return load([file])
