"""Any simulation of a campaign as a self-contained case: to reproduce, report and debug it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hammerscale.cell.cases.case import Case, write_case
from hammerscale.cell.cases.cell_case import CellDescription
from hammerscale.cell.cell_factory import build_grains, crystal_material
from hammerscale.config import Config
from hammerscale.errors import InputError
from hammerscale.ledger.outline import VARIANT_STRIDE, Outline, simulation_key
from hammerscale.ledger.outline_file import current_outline
from hammerscale.loading.recipe import Draw
from hammerscale.production.design import output_times
from hammerscale.production.draws import draw_path

LISTED_VARIANTS = 10


@dataclass(frozen=True)
class _Found:
    """A simulation of a data set.

    Attributes
    ----------
    config : the config of its variant: its own cell and its own material
    draw : its path
    """

    config: Config
    draw: Draw


def find_draws(config: Config, dataset: str, identifiers: Sequence[int]) -> list[Draw]:
    """Return the paths of the simulations with these ids, in their order."""
    outline = current_outline(config, dataset)
    return [_find(config, dataset, identifier, outline).draw for identifier in identifiers]


def _find(config: Config, dataset: str, identifier: int, outline: Outline) -> _Found:
    """Return the simulation with an id, or refuse the id."""
    variants = dict(zip(outline.variants, config.datasets[dataset].variants, strict=True))
    key = simulation_key(identifier)
    if key.variant in variants:
        own = config.at(dataset, variants[key.variant])
        settings = own.datasets[dataset]
        for block in settings.paths:
            entry = outline.block(block.label)
            if entry.position == key.position and 0 <= key.index < entry.count:
                return _Found(own, draw_path(block, key.index, settings.rev.dimension, config.campaign.seed))
    raise InputError(f"data set {dataset} has no simulation {identifier}", _ids_in_words(outline))


def _ids_in_words(outline: Outline) -> str:
    """Return which ids there are."""
    ranges = ", ".join(
        f"{block.simulation_id(0, outline.variants[0])} to "
        f"{block.simulation_id(block.count - 1, outline.variants[0])} ({block.label})"
        for block in outline.blocks
    )
    if len(outline.variants) == 1:
        return f"it has {ranges}"
    others = ", ".join(str(number) for number in outline.variants[:LISTED_VARIANTS])
    more = " and others" if len(outline.variants) > LISTED_VARIANTS else ""
    return f"with the first variant it has {ranges}; the variants are {others}{more}, each {VARIANT_STRIDE} ids further"


def write_simulation_case(config: Config, dataset: str, identifier: int, file: Path) -> None:
    """Write the simulation with this id as a case."""
    write_case(simulation_case(config, dataset, identifier), file)


def simulation_case(config: Config, dataset: str, identifier: int) -> Case:
    """Return a simulation as a case, with the grains and the material that the campaign computes it with."""
    rev = config.dataset(dataset).rev
    if not rev.has_crystals:
        raise InputError(
            f"the unit cell of data set {dataset} is {rev.kind}",
            "a case describes crystals, and this cell has none",
            "choose a data set whose unit cell is a polycrystal",
        )
    found = _find(config, dataset, identifier, current_outline(config, dataset))
    own = found.config.datasets[dataset]
    grains = build_grains(own.rev, config.campaign.seed)
    cell = CellDescription(own.rev, crystal_material(found.config.materials[dataset]), grains)
    name = f"{config.campaign.name}_{dataset}_{identifier}"
    return cell.case(name, found.draw, output_times(config, dataset), own.duration_s)
