"""The design table: every simulation of a data set, written once and enlarged without touching what is there.

A simulation is known by its id, `number of its variant` × 10¹¹ + `position of its block` × 10⁷ + `index in the block`.
Its path depends on the campaign seed, the block's label and parameters and the index. So neither the order of blocks
nor the size of shards changes it, and an index has one path in all variants that leave the block's parameters alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.config import Config
from hammerscale.ledger.outline import BlockEntry, Outline
from hammerscale.loading.recipe import Draw
from hammerscale.production.draws import draw_path


@dataclass(frozen=True)
class Design:
    """The whole table.

    Attributes
    ----------
    outline : blocks, variants and shards
    draws : one path per simulation, block after block and in it variant after variant in the order of the config,
        ascending by index
    """

    outline: Outline
    draws: tuple[Draw, ...]

    def rows(self) -> Iterator[tuple[BlockEntry, int, int]]:
        """Yield (block, place of the variant in the config, index in the block) of every simulation."""
        for block in self.outline.blocks:
            for place in range(len(self.outline.variants)):
                for index in range(block.count):
                    yield block, place, index

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """Ids (n,) of the simulations, in the order of `draws`."""
        numbers = self.outline.variants
        ids = [block.simulation_id(index, numbers[place]) for block, place, index in self.rows()]
        return np.array(ids, dtype=np.int64)


def build_design(config: Config, dataset: str, outline: Outline) -> Design:
    """Draw every path of a data set."""
    settings = config.datasets[dataset]
    variants = [config.at(dataset, variant).datasets[dataset] for variant in settings.variants]
    draws: list[Draw] = []
    for blocks in zip(*(variant.paths for variant in variants), strict=True):
        drawn: dict[str, list[Draw]] = {}
        for block in blocks:
            # Variants that leave the block alone share its paths.
            if repr(block) not in drawn:
                numbers = range(block.simulations)
                drawn[repr(block)] = [
                    draw_path(block, index, settings.rev.dimension, config.campaign.seed) for index in numbers
                ]
            draws += drawn[repr(block)]
    return Design(outline, tuple(draws))


def output_times(config: Config, dataset: str) -> FloatArray:
    """Return the normalised output times (t,) of a data set."""
    return np.linspace(0.0, 1.0, config.datasets[dataset].output_times)
