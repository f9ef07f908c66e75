"""The memory that the states of a law take, logged and checked before a run begins."""

import logging
import platform
from pathlib import Path

from hammerscale.errors import SetupError
from hammerscale.laws.law import Law
from hammerscale.macro.explicit.points import kept_times
from hammerscale.ranks import ALONE, Group
from hammerscale.tensor.voigt import COMPONENTS, IDENTITY

# States before and after a step, and once more while a checkpoint is written.
COPIES = 3
# Copies of all states on the first of several processes during a checkpoint: messages, unpacked, in order.
GATHERED = 3
GIGA, KILO, KIBI = 1e9, 1e3, 1024.0
MEMINFO = Path("/proc/meminfo")
# Smaller amounts are not logged.
WORTH_TELLING = 0.1 * GIGA

log = logging.getLogger(__name__)


def require_memory(law: Law, points: int, group: Group = ALONE) -> None:
    """Log the memory that the states of so many points take, and refuse them where a machine has less.

    The processes of a group that run on one machine share its memory.
    """
    needed, free = _needed(law, points, group), available_memory()
    words = (
        f"{points} points of {law.initial_state(1).nbytes / KILO:.4g} kB, before and after a step and in a checkpoint, "
        f"with their paths: {needed / GIGA:.3g} GB on this machine ({platform.node()})"
    )
    # Every process reports the machine that has too little, which may be another one than its own.
    lacking = group.collect("" if needed <= free else f"{words}, which has {free / GIGA:.3g} GB free")
    if any(lacking):
        raise SetupError(
            next(text for text in lacking if text),
            "the run would be killed in its middle",
            "take a coarser mesh, fewer grains or pixels, or more ranks on more machines",
        )
    if needed > WORTH_TELLING and group.rank == 0:
        log.info("%s", words)


def _needed(law: Law, points: int, group: Group) -> float:
    """Return what a run takes on this machine [B]; a checkpoint and the paths are the first process's."""
    states = points * law.initial_state(1).nbytes
    hosts = group.collect(platform.node())
    share = hosts.count(platform.node()) / group.size
    if platform.node() != hosts[0]:
        return share * states * (COPIES - 1)
    paths = points * kept_times(law) * len(COMPONENTS) * IDENTITY.itemsize
    return share * states * (COPIES - 1) + states * (1 if group.size == 1 else GATHERED) + paths


def available_memory() -> float:
    """Return the memory that this machine has free [B]; infinity where it does not report any."""
    if not MEMINFO.is_file():
        return float("inf")
    lines = dict(line.split(":", 1) for line in MEMINFO.read_text(encoding="ascii").splitlines())
    return KIBI * float(lines["MemAvailable"].split()[0])
