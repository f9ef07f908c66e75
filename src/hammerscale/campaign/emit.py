"""Any simulation of a campaign as a self-contained case: to reproduce, report and debug it."""

from collections.abc import Sequence
from pathlib import Path

from hammerscale.campaign.design import output_times
from hammerscale.campaign.draws import draw_path
from hammerscale.campaign.outline import BLOCK_STRIDE, Outline
from hammerscale.campaign.outline_file import current_outline
from hammerscale.config import Config
from hammerscale.errors import InputError
from hammerscale.rev.case import Case, write_case
from hammerscale.loading.recipe import Draw
from hammerscale.rev.case import Case
from hammerscale.rev.case_writer import write_case
from hammerscale.rev.cell_case import CellDescription
from hammerscale.rev.factory import build_grains, crystal_material


def find_draw(config: Config, dataset: str, identifier: int) -> Draw:
    """Return the path of the simulation with this id."""
    return find_draws(config, dataset, [identifier])[0]


def find_draws(config: Config, dataset: str, identifiers: Sequence[int]) -> list[Draw]:
    """Return the paths of the simulations with these ids, in their order."""
    outline = current_outline(config, dataset)
    return [_draw_of(config, dataset, identifier, outline) for identifier in identifiers]


def _draw_of(config: Config, dataset: str, identifier: int, outline: Outline) -> Draw:
    position, index = divmod(identifier, BLOCK_STRIDE)
    for block in config.datasets[dataset].paths:
        entry = outline.block(block.label)
        if entry.position == position and 0 <= index < entry.count:
            return draw_path(block, index, config.datasets[dataset].rev.dimension, config.campaign.seed)
    ranges = ", ".join(
        f"{block.simulation_id(0)} to {block.simulation_id(block.count - 1)} ({block.label})"
        for block in outline.blocks
    )
    raise InputError(f"data set {dataset} has no simulation {identifier}", f"it has {ranges}")


def emit_case(config: Config, dataset: str, identifier: int, file: Path) -> None:
    """Write the simulation with this id as a case."""
    write_case(simulation_case(config, dataset, identifier), file)


def simulation_case(config: Config, dataset: str, identifier: int) -> Case:
    """Return a simulation as a case, with the grains that the campaign's unit cell is built from."""
    rev = config.dataset(dataset).rev
    if not rev.has_crystals:
        raise InputError(
            f"the unit cell of data set {dataset} is {rev.kind}",
            "a case describes crystals, and this cell has none",
            "choose a data set whose unit cell is a polycrystal",
        )
    grains = build_grains(rev, config.campaign.seed)
    cell = CellDescription(rev, crystal_material(config.materials[dataset]), grains)
    name = f"{config.campaign.name}_{dataset}_{identifier}"
    recipe = find_draw(config, dataset, identifier)
    return cell.case(name, recipe, output_times(config, dataset), config.dataset(dataset).duration_s)
