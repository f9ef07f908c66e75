"""How simulations are cut into jobs: a shard is a run of consecutive simulations of one block.

A shard never straddles two blocks, so a changed block invalidates its own shards and no others.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hammerscale.errors import ConfigError


@dataclass(frozen=True)
class Shard:
    """Simulations `start` to `stop` (exclusive) of one block, computed by one job.

    Attributes
    ----------
    number : number of the shard, its file name
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
    existing: Iterable[Shard] = (),
) -> tuple[Shard, ...]:
    """Return the shards that cover every block, keeping those that exist.

    Parameters
    ----------
    counts : simulations of each block, by label
    seconds_per_path : expected CPU time of one simulation of each block [s]
    target_s : CPU time aimed at per shard [s]
    max_shards : largest number of shards; the target is raised until they suffice
    existing : shards of an earlier, smaller or larger design
    """
    kept = _clip(counts, existing)
    covered = {label: max((s.stop for s in kept if s.block == label), default=0) for label in counts}
    missing = {label: count - covered[label] for label, count in counts.items() if count > covered[label]}
    room = max_shards - len(kept)
    if room < len(missing):
        raise ConfigError(
            f"{len(missing)} blocks need new shards, but only {room} of max_shards = {max_shards} are left",
            "every block needs a shard of its own",
            "merge blocks, raise shards.max_shards, or start a campaign of another name",
        )
    size = _shard_sizes(missing, seconds_per_path, target_s, room)
    number = max((s.number for s in kept), default=-1) + 1
    shards = list(kept)
    for label in missing:
        for start in range(covered[label], counts[label], size[label]):
            shards.append(Shard(number, label, start, min(start + size[label], counts[label])))
            number += 1
    return tuple(shards)


def _clip(counts: Mapping[str, int], existing: Iterable[Shard]) -> list[Shard]:
    """Return existing shards without what a smaller design no longer holds."""
    clipped = (replace(s, stop=min(s.stop, counts[s.block])) for s in existing if s.block in counts)
    return [shard for shard in clipped if shard.simulations > 0]


def _shard_sizes(
    missing: Mapping[str, int], seconds_per_path: Mapping[str, float], target_s: float, room: int
) -> dict[str, int]:
    """Return the simulations per shard of each block: shards last `target_s`, or longer where `room` is short."""

    def sizes(target: float) -> dict[str, int]:
        return {label: max(1, int(target / seconds_per_path[label])) for label in missing}

    def total(target: float) -> int:
        return sum(math.ceil(missing[label] / size) for label, size in sizes(target).items())

    while total(target_s) > room:
        target_s *= 1.1
    return sizes(target_s)
