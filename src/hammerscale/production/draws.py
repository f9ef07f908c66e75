"""From a path block of the config to single strain paths: each is drawn from its own random stream."""

from hammerscale.kinds import Block
from hammerscale.loading.recipe import Draw
from hammerscale.streams import stream


def draw_path(block: Block, index: int, dimension: int, seed: int) -> Draw:
    """Return path `index` of a block; it depends on the campaign seed, the block's label and its parameters alone."""
    return block.draw(dimension, stream(seed, index, f"path/{block.label}"))
