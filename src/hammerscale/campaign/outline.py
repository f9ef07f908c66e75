"""What planning and watching need of a data set: its blocks, its shards and where they lie, without the paths.

Nothing here loads numerics, so the outline of any campaign is read within a fraction of a second.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hammerscale.campaign.shards import Shard, plan_shards
from hammerscale.config import Config
from hammerscale.errors import InputError
from hammerscale.store.netcdf import Contents, read_netcdf

BLOCK_STRIDE = 10_000_000
BLOCKS = "blocks"


@dataclass(frozen=True)
class BlockEntry:
    """One path block as the design table knows it.

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

    def simulation_id(self, index: int) -> int:
        """Return the id of simulation `index` of this block."""
        return self.position * BLOCK_STRIDE + index


@dataclass(frozen=True)
class Outline:
    """The blocks and shards of a design.

    Attributes
    ----------
    blocks : path blocks in the order of the config
    shards : jobs, ascending by number
    """

    blocks: tuple[BlockEntry, ...]
    shards: tuple[Shard, ...]

    def block(self, label: str) -> BlockEntry:
        """Return the block with this label."""
        return next(block for block in self.blocks if block.label == label)

    def shard(self, number: int) -> Shard:
        """Return the shard with this number."""
        try:
            return self._by_number[number]
        except KeyError:
            first, last = min(self._by_number), max(self._by_number)
            raise InputError(
                f"there is no shard {number}",
                f"the shards of this data set have the numbers {first} to {last}",
                "choose one of these; `hammerscale check` shows how many shards every block has",
            ) from None

    def shard_ids(self, shard: Shard) -> range:
        """Return the ids of the simulations of a shard."""
        block = self.block(shard.block)
        return range(block.simulation_id(shard.start), block.simulation_id(shard.stop))

    @cached_property
    def _by_number(self) -> dict[int, Shard]:
        return {shard.number: shard for shard in self.shards}

    @property
    def simulations(self) -> int:
        """Number of simulations."""
        return sum(block.count for block in self.blocks)


def plan_outline(config: Config, dataset: str, existing: Outline | None = None) -> Outline:
    """Return blocks and shards of a data set; an existing design keeps its positions and shards and may grow."""
    settings = config.dataset(dataset)
    positions = {block.label: block.position for block in existing.blocks} if existing else {}
    unused = max(positions.values(), default=-1) + 1
    blocks = []
    for block in settings.paths:
        if block.label not in positions:
            positions[block.label] = unused
            unused += 1
        blocks.append(
            BlockEntry(
                label=block.label,
                family=block.family,
                split=block.split,
                position=positions[block.label],
                count=block.simulations,
                identity=config.block_hash(dataset, block.label),
            )
        )
    shards = plan_shards(
        counts={block.label: block.count for block in blocks},
        seconds_per_path={block.label: settings.shards.cost(block.label) for block in blocks},
        target_s=60.0 * settings.shards.target_minutes,
        max_shards=settings.shards.max_shards,
        existing=existing.shards if existing else (),
    )
    return Outline(tuple(blocks), shards)


def dataset_folder(config: Config, dataset: str) -> Path:
    """Return the folder of everything that belongs to a data set."""
    return Path(config.campaign.results) / config.campaign.name / "data" / dataset


def design_file(config: Config, dataset: str) -> Path:
    """Return where the design table of a data set lies."""
    return dataset_folder(config, dataset) / "design.nc"


def existing_outline(config: Config, dataset: str) -> Outline | None:
    """Return the outline of the design table on disk, or None."""
    file = design_file(config, dataset)
    return read_outline(file) if file.exists() else None


def current_outline(config: Config, dataset: str) -> Outline:
    """Return blocks and shards as the config asks for them now, keeping what a design table on disk has.

    Planning from its own result changes nothing, so it does not matter whether the table was written before or after.
    """
    return plan_outline(config, dataset, existing_outline(config, dataset))


def read_outline(file: Path) -> Outline:
    """Read blocks and shards only; fast for any size of the table."""
    return outline_of(read_netcdf(file, names=["shard_number", "shard_block", "shard_start", "shard_stop"]))


def outline_of(contents: Contents) -> Outline:
    """Return the outline that the contents of a design table hold."""
    blocks = tuple(BlockEntry(**entry) for entry in json.loads(str(contents.attributes[BLOCKS])))
    labels = {block.position: block.label for block in blocks}
    columns = [contents.variables[f"shard_{name}"].data for name in ("number", "block", "start", "stop")]
    shards = (
        Shard(int(number), labels[int(block)], int(start), int(stop))
        for number, block, start, stop in zip(*columns, strict=True)
    )
    return Outline(blocks, tuple(shards))
