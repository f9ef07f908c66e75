"""What the states of a law take, stated and checked before a run begins."""

import logging
import platform
from pathlib import Path

from hammerscale.errors import SetupError
from hammerscale.laws.law import Law
from hammerscale.macro.points import trail_length
from hammerscale.ranks import ALONE, Group
from hammerscale.tensor.voigt import COMPONENTS, IDENTITY

# States before and after a step, and once more while a checkpoint is written.
COPIES = 3
GIGA, KILO, KIBI = 1e9, 1e3, 1024.0
MEMINFO = Path("/proc/meminfo")
# Below this nobody needs to be told.
WORTH_TELLING = 0.1 * GIGA

log = logging.getLogger(__name__)


def require_memory(law: Law, points: int, group: Group = ALONE) -> None:
    """Say what the states of so many points take, and refuse them where this machine has less.

    The processes of a group that run on one machine share its memory.
    """
    row = law.initial_state(1).nbytes
    hosts = group.collect(platform.node())
    share = hosts.count(platform.node()) / group.size
    paths = points * trail_length(law) * len(COMPONENTS) * IDENTITY.itemsize if group.rank == 0 else 0.0
    needed, free = share * points * row * COPIES + max(group.collect(paths)), available_memory()
    words = (
        f"{points} points of {row / KILO:.4g} kB, {COPIES} times (before and after a step, and in a checkpoint), with "
        f"their paths: {needed / GIGA:.3g} GB on this machine"
    )
    if max(group.collect(needed > free)):
        raise SetupError(
            f"{words}, which has {free / GIGA:.3g} GB free",
            "the run would be killed in its middle",
            "take a coarser mesh, fewer grains or pixels, or more ranks on more machines",
        )
    if needed > WORTH_TELLING and group.rank == 0:
        log.info("%s", words)


def available_memory() -> float:
    """Return the memory that this machine has free [B]; infinity where it does not say."""
    if not MEMINFO.is_file():
        return float("inf")
    lines = dict(line.split(":", 1) for line in MEMINFO.read_text(encoding="ascii").splitlines())
    return KIBI * float(lines["MemAvailable"].split()[0])
