"""What a config chooses between by the name of a kind; the kinds stand in the registry."""

from typing import Annotated

from hammerscale.config.machinery.reflection import one_of
from hammerscale.keys import OneOf
from hammerscale.kinds import Block, CellSettings
from hammerscale.registry import CELLS, PATHS

UnitCellSettings = Annotated[CellSettings, OneOf(CELLS)]
PathBlock = Annotated[Block, OneOf(PATHS, "family")]


def polycrystals() -> str:
    """Return the unit cells whose grains all see the stretch of the whole, in words."""
    return f"the {one_of(tuple(kind for kind, cell in CELLS.items() if cell.mean_field))} unit cell"
