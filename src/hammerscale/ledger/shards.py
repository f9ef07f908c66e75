"""How simulations are cut into jobs: a shard is a rectangle of variants and consecutive indices of one block.

A shard never straddles two blocks, so a changed block invalidates its own shards and no others. A cut is never made
anew: a plan takes what was cut before and adds shards behind it. Several variants share a shard where one is cheap, and
several shards share a variant where it is expensive.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hammerscale.errors import ConfigError

# A plan leaves this part of the free numbers of shards, so that a campaign can grow again and again.
RESERVE = 0.25


@dataclass(frozen=True)
class Shard:
    """Simulations `start` to `stop` (exclusive) of one block with each of some variants, computed by one job.

    Attributes
    ----------
    number : number of the shard, part of its file name
    block : label of the block
    start, stop : range of indices inside the block
    variants : numbers of the variants; those that a plan cut follow each other
    """

    number: int
    block: str
    start: int
    stop: int
    variants: tuple[int, ...] = (0,)

    @property
    def simulations(self) -> int:
        """Number of simulations."""
        return len(self.variants) * (self.stop - self.start)


@dataclass(frozen=True)
class Gap:
    """A rectangle that no shard covers yet.

    Attributes
    ----------
    block : label of the block
    start, stop : range of indices inside the block
    first, last : first variant and the one behind the last
    """

    block: str
    start: int
    stop: int
    first: int
    last: int

    def cuts(self, size: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Yield start, stop and variants of shards of about `size` simulations, at most."""
        width = self.stop - self.start
        together = max(1, size // width)
        for first in range(self.first, self.last, together):
            variants = tuple(range(first, min(first + together, self.last)))
            for start in range(self.start, self.stop, min(size, width)):
                yield start, min(start + min(size, width), self.stop), variants

    def shards(self, size: int) -> int:
        """Return how many shards of about `size` simulations there would be."""
        width, variants = self.stop - self.start, self.last - self.first
        return math.ceil(variants / max(1, size // width)) * math.ceil(width / min(size, width))

    @property
    def simulations(self) -> int:
        """Number of simulations."""
        return (self.stop - self.start) * (self.last - self.first)


def plan_shards(
    counts: Mapping[str, int],
    seconds_per_path: Mapping[str, float],
    target_s: float,
    max_shards: int,
    existing: Sequence[Shard] = (),
    variants: Sequence[int] = (0,),
) -> tuple[Shard, ...]:
    """Return the shards that exist, unchanged, and behind them those that cover the rest of every block.

    Parameters
    ----------
    counts : simulations of each block with one variant, by label
    seconds_per_path : expected CPU time of one simulation of each block [s]
    target_s : CPU time aimed at per shard [s]
    max_shards : largest number of shards with work in them; the target is raised until they suffice
    existing : every shard that was ever cut, ascending by number; some may lie outside the present blocks and variants
    variants : numbers of the variants that every block is simulated with
    """
    gaps = [gap for label, count in counts.items() for gap in _gaps(label, count, variants, existing)]
    used = len(inside(counts, existing, variants))
    free = max_shards - used
    if free < len(gaps):
        raise ConfigError(
            f"at least {used + len(gaps)} shards are needed, but max_shards = {max_shards}",
            f"{used} were cut before and stay as they are, because results belong to them; "
            f"{len(gaps)} blocks or runs of variants are new or larger and need at least one more each",
            "raise shards.max_shards (up to 1000), merge blocks, or start a campaign of another name",
        )
    sizes = _shard_sizes(gaps, seconds_per_path, target_s, max(len(gaps), free - math.ceil(RESERVE * free)))
    shards = list(existing)
    for gap, size in zip(gaps, sizes, strict=True):
        for start, stop, together in gap.cuts(size):
            shards.append(Shard(len(shards), gap.block, start, stop, together))
    return tuple(shards)


def inside(counts: Mapping[str, int], shards: Iterable[Shard], variants: Iterable[int] = (0,)) -> tuple[Shard, ...]:
    """Return the shards as far as they lie in blocks of these sizes and in these variants; the rest was taken away."""
    wanted = set(variants)
    clipped = (
        replace(s, stop=min(s.stop, counts[s.block]), variants=tuple(v for v in s.variants if v in wanted))
        for s in shards
        if s.block in counts
    )
    return tuple(shard for shard in clipped if shard.stop > shard.start and shard.variants)


def _gaps(label: str, count: int, variants: Sequence[int], existing: Sequence[Shard]) -> Iterator[Gap]:
    """Yield what no shard covers of a block: neighbouring variants that lack the same indices together."""
    covered = dict.fromkeys(variants, 0)
    for shard in existing:
        if shard.block == label:
            # The shards of a variant follow each other without a hole.
            covered |= {v: max(covered[v], shard.stop) for v in shard.variants if v in covered}
    lacking = sorted(v for v in variants if covered[v] < count)
    for place, first in enumerate(lacking):
        if place and first == lacking[place - 1] + 1 and covered[first] == covered[lacking[place - 1]]:
            continue
        last = first + 1
        while last in covered and covered[last] == covered[first]:
            last += 1
        yield Gap(label, covered[first], count, first, last)


def _shard_sizes(gaps: Sequence[Gap], seconds_per_path: Mapping[str, float], target_s: float, room: int) -> list[int]:
    """Return the simulations per shard of each gap: shards last `target_s`, or longer where `room` is short."""

    def sizes(target: float) -> list[int]:
        return [max(1, int(min(target / seconds_per_path[gap.block], gap.simulations))) for gap in gaps]

    while sum(gap.shards(size) for gap, size in zip(gaps, sizes(target_s), strict=True)) > room:
        target_s *= 1.1
    return sizes(target_s)
