"""Where a file comes from: every file the campaign writes carries this block."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hammerscale import __version__

UNKNOWN = "unknown"
# Packages that can change a number; those that are not installed are left out.
PACKAGES = ("numpy", "numba", "llvmlite", "scipy", "netCDF4", "torch")
# Inside a git hook these would point git at a repository other than the one the package lies in.
GIT_REDIRECTIONS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


@dataclass(frozen=True)
class Provenance:
    """What made a file.

    Attributes
    ----------
    date_created : date, UTC, ISO 8601
    config_hash : SHA-256 of what the file depends on: parts of the config, contents of files, version of the physics
    hammerscale_version : version of this package
    git_commit : commit of the source tree, "unknown" outside one
    git_dirty : "true" if the package differs from that commit, "false" or "unknown"
    python_version : version of Python
    packages : version of each package that can change a number
    seeds : seeds by name
    host_class : processor, number of cores and system, never the name of the host
    """

    date_created: str
    config_hash: str
    hammerscale_version: str
    git_commit: str
    git_dirty: str
    python_version: str
    packages: Mapping[str, str]
    seeds: Mapping[str, int]
    host_class: str

    def document(self) -> dict[str, object]:
        """Return the block as JSON would hold it."""
        return {**vars(self), "packages": dict(self.packages), "seeds": dict(self.seeds)}

    def attributes(self) -> dict[str, str]:
        """Return the block as flat text attributes, as NetCDF wants them."""
        return {
            name: value if isinstance(value, str) else ", ".join(f"{key}={item}" for key, item in value.items())
            for name, value in vars(self).items()
        }


def of_attributes(attributes: Mapping[str, object]) -> dict[str, str]:
    """Return the provenance among the attributes of a file."""
    return {field.name: str(attributes[field.name]) for field in fields(Provenance) if field.name in attributes}


def collect(config_hash: str, seeds: Mapping[str, int]) -> Provenance:
    """Return the provenance of what this process is about to write.

    Parameters
    ----------
    config_hash : SHA-256 of what the file depends on: of the config that part, for example a shard's `shard_identity`
    seeds : seeds by name, for example {"campaign": 1}

    The date is that of SOURCE_DATE_EPOCH [s since 1970] where it is set, so that equal runs can give equal files.
    """
    commit, dirty = _source_state()
    return Provenance(
        date_created=_now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        config_hash=config_hash,
        hammerscale_version=__version__,
        git_commit=commit,
        git_dirty=dirty,
        python_version=platform.python_version(),
        packages=_versions(),
        seeds=dict(seeds),
        host_class=_host_class(),
    )


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


@cache
def _versions() -> Mapping[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@cache
def _source_state() -> tuple[str, str]:
    """Return commit and dirty flag of the tree this file lies in."""
    package = Path(__file__).resolve().parent
    try:
        # An installed copy may lie inside somebody else's repository, which does not track it.
        _git(package, "ls-files", "--error-unmatch", Path(__file__).name)
        commit = _git(package, "rev-parse", "HEAD")
        # Without locks: this must not make a commit fail that runs at the same time.
        changes = _git(package, "--no-optional-locks", "status", "--porcelain", "--", ".")
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN, UNKNOWN
    return commit, "true" if changes else "false"


def _git(folder: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in GIT_REDIRECTIONS}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout.strip()


@cache
def _host_class() -> str:
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()} {platform.machine()}"


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or UNKNOWN
