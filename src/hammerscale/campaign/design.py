"""The design table: every simulation of a data set, written once and enlarged without touching what is there.

A simulation is known by its id, `position of its block` × 10⁷ + `index in the block`. Its path depends on the campaign
seed, the block's label and parameters and the index, so neither the order of blocks nor the size of shards changes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray
from hammerscale.campaign.draws import Draw, draw_path
from hammerscale.campaign.outline import BlockEntry, Outline
from hammerscale.config import Config
from hammerscale.campaign.draws import draw_path
from hammerscale.loading.recipe import Draw
from hammerscale.tensor.voigt import FloatArray

SPLITS = ("train", "validation", "test")


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


def build_design(config: Config, dataset: str, outline: Outline) -> Design:
    """Draw every path of a data set."""
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
