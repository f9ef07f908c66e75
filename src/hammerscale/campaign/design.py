"""The design table: every simulation of a data set, written once and enlarged without touching what is there.

A simulation is known by its id, `position of its block` × 10⁷ + `index in the block`. Its path depends on the campaign
seed, the block's label and parameters and the index, so neither the order of blocks nor the size of shards changes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.campaign.draws import Draw, draw_path
from hammerscale.campaign.shards import Shard, plan_shards
from hammerscale.config import Config
from hammerscale.tensor.voigt import FloatArray

BLOCK_STRIDE = 10_000_000
SPLITS = ("train", "validation", "test")


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
    """What planning needs of a design: its blocks and shards, without the paths.

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
        return self._by_number[number]

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


@dataclass(frozen=True)
class Design:
    """The whole table.

    Attributes
    ----------
    outline : blocks and shards
    draws : one path per simulation, block after block in the order of the config, ascending by index
    """

    outline: Outline
    draws: tuple[Draw, ...]

    def rows(self) -> Iterator[tuple[BlockEntry, int, Draw]]:
        """Yield (block, index in the block, path) of every simulation, in the order of `draws`."""
        remaining = iter(self.draws)
        for block in self.outline.blocks:
            for index in range(block.count):
                yield block, index, next(remaining)

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """Ids (n,) of the simulations, in the order of `draws`."""
        return np.array([block.simulation_id(index) for block, index, _ in self.rows()], dtype=np.int64)


def plan_outline(config: Config, dataset: str, existing: Outline | None = None) -> Outline:
    """Return blocks and shards of a data set; an existing design keeps its positions and shards and may grow."""
    settings = config.datasets[dataset]
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


def build_design(config: Config, dataset: str, existing: Outline | None = None) -> Design:
    """Draw every path of a data set."""
    outline = plan_outline(config, dataset, existing)
    settings = config.datasets[dataset]
    draws = tuple(
        draw_path(block, index, settings.rev.dimension, config.campaign.seed)
        for block in settings.paths
        for index in range(block.simulations)
    )
    return Design(outline, draws)


def output_times(config: Config, dataset: str) -> FloatArray:
    """Return the normalised output times (t,) of a data set."""
    return np.linspace(0.0, 1.0, config.datasets[dataset].output_times)


def design_file(config: Config, dataset: str) -> Path:
    """Return where the design table of a data set lies."""
    return dataset_folder(config, dataset) / "design.nc"


def dataset_folder(config: Config, dataset: str) -> Path:
    """Return the folder of everything that belongs to a data set."""
    return Path(config.campaign.results) / config.campaign.name / "data" / dataset
