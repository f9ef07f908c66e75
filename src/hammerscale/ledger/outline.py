"""What planning and watching need of a data set: its blocks and its shards, without the paths.

Nothing here loads numerics, so the outline of any campaign is planned within a fraction of a second.
"""

from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from hammerscale.config import Config
from hammerscale.errors import ConfigError, InputError
from hammerscale.ledger.shards import Shard, inside, plan_shards

BLOCK_STRIDE = 10_000_000
MOST_BLOCKS = 10_000
VARIANT_STRIDE = MOST_BLOCKS * BLOCK_STRIDE


@dataclass(frozen=True)
class SimulationKey:
    """What the id of a simulation is made of: the numbers of its variant and its block, and its index in the block."""

    variant: int
    position: int
    index: int


def simulation_key(identifier: int) -> SimulationKey:
    """Return what an id is made of."""
    variant, path = divmod(identifier, VARIANT_STRIDE)
    return SimulationKey(variant, *divmod(path, BLOCK_STRIDE))


@dataclass(frozen=True)
class BlockEntry:
    """One path block as the design table lists it.

    Attributes
    ----------
    label : label of the block in the config
    family : path family
    split : "train", "validation" or "test"
    position : number that the ids of the block start with
    count : number of simulations
    identity : hash of what the paths of the block depend on
    """

    label: str
    family: str
    split: str
    position: int
    count: int
    identity: str

    def simulation_id(self, index: int, variant: int = 0) -> int:
        """Return the id of simulation `index` of this block with a variant."""
        return variant * VARIANT_STRIDE + self.position * BLOCK_STRIDE + index


@dataclass(frozen=True)
class Record:
    """Everything a data set ever promised: it only grows, so no id and no number of a shard gets a second meaning.

    Attributes
    ----------
    labels : labels of all blocks that there ever were, by position
    shards : all shards that were ever cut, by number
    variants : keys of all variants that there ever were, by number; the first is the unit cell as it stands in `rev`
    """

    labels: tuple[str, ...] = ()
    shards: tuple[Shard, ...] = ()
    variants: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Outline:
    """The blocks and shards of a data set as a config asks for them.

    Attributes
    ----------
    blocks : path blocks in the order of the config
    record : what they were planned from, and what the next plan starts from
    variants : numbers of the variants, in the order of the config
    """

    blocks: tuple[BlockEntry, ...]
    record: Record
    variants: tuple[int, ...] = (0,)

    @cached_property
    def shards(self) -> tuple[Shard, ...]:
        """Jobs, ascending by number; numbers of shards of removed simulations are left out."""
        return inside({block.label: block.count for block in self.blocks}, self.record.shards, self.variants)

    def block(self, label: str) -> BlockEntry:
        """Return the block with this label."""
        return next(block for block in self.blocks if block.label == label)

    def shard(self, number: int) -> Shard:
        """Return the shard with this number."""
        try:
            return self._by_number[number]
        except KeyError:
            first, last = min(self._by_number), max(self._by_number)
            removed = " without those of removed simulations" if len(self.shards) <= last - first else ""
            raise InputError(
                f"there is no shard {number}",
                f"the shards of this data set have the numbers {first} to {last}{removed}",
                "choose one of these; `hammerscale check` shows how many shards every block has",
            ) from None

    def shard_ranges(self, shard: Shard) -> dict[int, range]:
        """Return the ids of the simulations of a shard, by variant."""
        block = self.block(shard.block)
        return {
            variant: range(block.simulation_id(shard.start, variant), block.simulation_id(shard.stop, variant))
            for variant in shard.variants
        }

    def shard_ids(self, shard: Shard) -> list[int]:
        """Return the ids of the simulations of a shard, ascending."""
        return [identifier for ids in self.shard_ranges(shard).values() for identifier in ids]

    @cached_property
    def _by_number(self) -> dict[int, Shard]:
        return {shard.number: shard for shard in self.shards}

    @property
    def simulations(self) -> int:
        """Number of simulations."""
        return len(self.variants) * sum(block.count for block in self.blocks)


def plan_outline(config: Config, dataset: str, record: Record | None = None) -> Outline:
    """Return blocks, variants and shards of a data set, keeping what was promised before.

    Planning from its own result changes nothing, and so does planning from what grew since under other configs.
    """
    settings = config.dataset(dataset)
    record = record or Record()
    labels = tuple(dict.fromkeys((*record.labels, *(block.label for block in settings.paths))))
    if len(labels) > MOST_BLOCKS:
        raise ConfigError(
            f"data set {dataset} has had {len(labels)} path blocks, and its ids have room for {MOST_BLOCKS}",
            "no id is ever given again, those of removed blocks included",
            "start a campaign or a data set of another name",
        )
    blocks = tuple(
        BlockEntry(
            label=block.label,
            family=block.family,
            split=block.split,
            position=labels.index(block.label),
            count=block.simulations,
            identity=config.block_hash(dataset, block.label),
        )
        for block in settings.paths
    )
    keys = tuple(dict.fromkeys((*record.variants, *(variant.key for variant in settings.variants))))
    numbers = {key: number for number, key in enumerate(keys)}
    variants = tuple(numbers[variant.key] for variant in settings.variants)
    shards = plan_shards(
        counts={block.label: block.count for block in blocks},
        seconds_per_path={block.label: mean_cost(config, dataset, block.label) for block in blocks},
        target_s=60.0 * settings.shards.target_minutes,
        max_shards=settings.shards.max_shards,
        existing=record.shards,
        variants=variants,
    )
    return Outline(blocks, Record(labels, shards, keys), variants)


def variant_costs(config: Config, dataset: str, label: str) -> list[float]:
    """Return the expected CPU time of one simulation of a block with each variant [s], in the order of the config."""
    return [config.at(dataset, variant).dataset(dataset).cost(label) for variant in config.dataset(dataset).variants]


def mean_cost(config: Config, dataset: str, label: str) -> float:
    """Return the expected CPU time of one simulation of a block [s], the mean over the variants."""
    return fmean(variant_costs(config, dataset, label))
