"""The config that a controller checked, as its jobs read it, and the proof that the files it names did not change."""

from pathlib import Path

from hammerscale.config import Config
from hammerscale.errors import ConfigError, StoreError
from hammerscale.provenance import collect
from hammerscale.regular_files import read_json
from hammerscale.store.atomic import write_json

RESOLVED = "config.json"
PROVENANCE = "provenance.json"


def write_resolved(folder: Path, config: Config) -> None:
    """Write the config and, beside it, where it comes from with the SHA-256 of every file that it names."""
    provenance = collect(config.hash(), {"campaign": config.campaign.seed})
    write_json(folder / PROVENANCE, {**provenance.document(), "files": dict(config.contents)})
    write_json(folder / RESOLVED, config.settings.model_dump(mode="json", exclude_unset=True))


def require_unchanged(file: Path, config: Config) -> None:
    """Refuse to go on if files that the config names changed since a controller wrote it; other configs pass."""
    provenance = file.with_name(PROVENANCE)
    if file.name != RESOLVED or not provenance.exists():
        return
    try:
        before = dict(read_json(provenance)["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{provenance} is damaged",
            "it says which files the campaign was started with, and their changes could not be noticed",
            "start the workflow again: it is written anew",
        ) from error
    changed = [name for name, checksum in config.contents.items() if before.get(name, checksum) != checksum]
    if changed:
        raise ConfigError(
            f"{', '.join(changed)} changed since the workflow was started",
            "results of the old and the new contents must not be mixed",
            "put the old contents back, or end the workflow and start it again: it reruns what depends on them",
        )
