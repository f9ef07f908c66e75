"""How simulations are cut into jobs: a shard is a run of consecutive simulations of one block.

A shard never straddles two blocks, so a changed block invalidates its own shards and no others. A cut is never made
anew: a plan takes what was cut before and adds shards behind it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hammerscale.errors import ConfigError

# A plan leaves this part of the free numbers of shards, so that a campaign can grow again and again.
RESERVE = 0.25


@dataclass(frozen=True)
class Shard:
    """Simulations `start` to `stop` (exclusive) of one block, computed by one job.

    Attributes
    ----------
    number : number of the shard, part of its file name
    block : label of the block
    start, stop : range of indices inside the block
    """

    number: int
    block: str
    start: int
    stop: int

    @property
    def simulations(self) -> int:
        """Number of simulations."""
        return self.stop - self.start


def plan_shards(
    counts: Mapping[str, int],
    seconds_per_path: Mapping[str, float],
    target_s: float,
    max_shards: int,
    existing: Sequence[Shard] = (),
) -> tuple[Shard, ...]:
    """Return the shards that exist, unchanged, and behind them those that cover the rest of every block.

    Parameters
    ----------
    counts : simulations of each block, by label
    seconds_per_path : expected CPU time of one simulation of each block [s]
    target_s : CPU time aimed at per shard [s]
    max_shards : largest number of shards with work in them; the target is raised until they suffice
    existing : every shard that was ever cut, ascending by number; some may lie outside the present blocks
    """
    covered = {label: max((s.stop for s in existing if s.block == label), default=0) for label in counts}
    missing = {label: count - covered[label] for label, count in counts.items() if count > covered[label]}
    used = len(inside(counts, existing))
    free = max_shards - used
    if free < len(missing):
        raise ConfigError(
            f"at least {used + len(missing)} shards are needed, but max_shards = {max_shards}",
            f"{used} were cut before and stay as they are, because results belong to them; "
            f"{len(missing)} blocks are new or larger and need at least one more each",
            "raise shards.max_shards (up to 1000), merge blocks, or start a campaign of another name",
        )
    size = _shard_sizes(missing, seconds_per_path, target_s, max(len(missing), free - math.ceil(RESERVE * free)))
    shards = list(existing)
    for label in missing:
        for start in range(covered[label], counts[label], size[label]):
            shards.append(Shard(len(shards), label, start, min(start + size[label], counts[label])))
    return tuple(shards)


def inside(counts: Mapping[str, int], shards: Iterable[Shard]) -> tuple[Shard, ...]:
    """Return the shards as far as they lie in blocks of these sizes; others belong to what was taken away."""
    clipped = (replace(s, stop=min(s.stop, counts[s.block])) for s in shards if s.block in counts)
    return tuple(shard for shard in clipped if shard.simulations > 0)


def _shard_sizes(
    missing: Mapping[str, int], seconds_per_path: Mapping[str, float], target_s: float, room: int
) -> dict[str, int]:
    """Return the simulations per shard of each block: shards last `target_s`, or longer where `room` is short."""

    def sizes(target: float) -> dict[str, int]:
        return {label: max(1, int(min(target / seconds_per_path[label], count))) for label, count in missing.items()}

    def total(target: float) -> int:
        return sum(math.ceil(missing[label] / size) for label, size in sizes(target).items())

    while total(target_s) > room:
        target_s *= 1.1
    return sizes(target_s)
