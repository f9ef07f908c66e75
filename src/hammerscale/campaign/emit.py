"""Any simulation of a campaign as a self-contained case: to reproduce, report and debug it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hammerscale.campaign.design import output_times
from hammerscale.campaign.draws import Draw, draw_path
from hammerscale.campaign.outline import BLOCK_STRIDE, current_outline
from hammerscale.config import Config
from hammerscale.config.unit_cells import Elastic, Spectral, Taylor
from hammerscale.errors import InputError
from hammerscale.rev.case import Case
from hammerscale.rev.factory import crystal_material
from hammerscale.tensor.voigt import FloatArray


@dataclass(frozen=True)
class Grains:
    """The microstructure of a unit cell.

    Attributes
    ----------
    quaternions : orientations (grains, 4), w first, crystal → sample; empty for a cell
    weights : volume fractions (grains,), sum 1; empty for a cell
    grain_map : grain of every pixel (N, N), axis 0 = x1; empty unless a cell
    angles : rotation of each grain's crystal axes about x3 (grains,) [rad]; empty unless a cell
    """

    quaternions: FloatArray = field(default_factory=lambda: np.empty((0, 4)))
    weights: FloatArray = field(default_factory=lambda: np.empty(0))
    grain_map: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    angles: FloatArray = field(default_factory=lambda: np.empty(0))


def find_draw(config: Config, dataset: str, identifier: int) -> Draw:
    """Return the path of the simulation with this id."""
    outline = current_outline(config, dataset)
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


def simulation_case(config: Config, dataset: str, identifier: int, grains: Grains) -> Case:
    """Return a simulation as a case; `grains` must be those that the campaign's unit cell is built from."""
    settings = config.datasets[dataset]
    kind, numerics = _method(settings.rev, dataset)
    return Case(
        name=f"{config.campaign.name}_{dataset}_{identifier}",
        kind=kind,
        material=crystal_material(config.materials[dataset]),
        recipe=find_draw(config, dataset, identifier),
        times=output_times(config, dataset),
        duration_s=settings.duration_s,
        quaternions=grains.quaternions,
        weights=grains.weights,
        grain_map=grains.grain_map,
        angles=grains.angles,
        scheme=settings.rev.scheme if isinstance(settings.rev, Spectral) else "",
        numerics=numerics,
    )


def _method(rev: Elastic | Taylor | Spectral, dataset: str) -> tuple[str, dict[str, float | str]]:
    """Return the kind of a case and the settings of its method."""
    if isinstance(rev, Taylor):
        return "taylor", {"tolerance": rev.tolerance, "max_steps": rev.max_steps}
    if isinstance(rev, Spectral):
        return "cell", {"tolerance": rev.tolerance, "steps": rev.steps, "stress_average": rev.stress_average}
    raise InputError(
        f"the unit cell of data set {dataset} is elastic",
        "a case describes crystals, and an elastic body has none",
        "choose a data set whose unit cell is taylor or spectral",
    )
