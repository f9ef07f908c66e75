"""Run single simulations of a data set and write their results."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.campaign.design import output_times
from hammerscale.campaign.draws import draw_path
from hammerscale.campaign.outline import BlockEntry
from hammerscale.campaign.results import TIME_LIMIT, Axes, Results, collect_results, write_results
from hammerscale.config import Config
from hammerscale.loading.path import StrainPath
from hammerscale.provenance import Provenance, collect
from hammerscale.rev.factory import build_unit_cell, microstructure_seed
from hammerscale.rev.unit_cell import UnitCell
from hammerscale.rev.factory import build_unit_cell
from hammerscale.rev.unit_cell import Outcome, UnitCell
from hammerscale.store.variable import Attribute
from hammerscale.tensor.voigt import COMPONENTS

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Simulator:
    """A unit cell with everything that makes a path a simulation.

    Attributes
    ----------
    cell : the unit cell
    path_of : gives the strain path of a simulation's id
    times : normalised output times (t,)
    duration_s : physical length of a path [s]
    time_limit_s : wall time after which a simulation is given up [s]
    title : title of the files
    provenance : what makes the files; its config hash is the shard's identity
    """

    cell: UnitCell
    path_of: Callable[[int], StrainPath]
    times: FloatArray
    duration_s: float
    time_limit_s: float
    title: str
    provenance: Provenance

    def run(self, identifier: int) -> Results:
        """Return the results of one simulation; one that fails is a result too."""
        path = self.path_of(identifier)
        columns = [COMPONENTS.index(name) for name in self.cell.components]
        start = time.process_time()
        response = self.cell.response(path, self.times, self.duration_s)
        cost = time.process_time() - start
        if response.outcome is not Outcome.CONVERGED:
            outcome, last = response.outcome.name.lower(), response.last_good_time
            LOG.warning("simulation %d failed: %s after t = %.4g", identifier, outcome, last)
        stretch = path.stretch(self.times)[:, columns]
        return collect_results([identifier], [response], [stretch], [cost], self.cell.diagnostic_names)

    def write(self, file: Path, rows: int, slabs: Iterable[Results]) -> None:
        """Write `rows` simulations, which come slab by slab, to a part or a shard."""
        attributes: dict[str, Attribute] = {"title": self.title, TIME_LIMIT: self.time_limit_s}
        write_results(file, rows, slabs, self.axes, attributes, self.provenance)

    @property
    def axes(self) -> Axes:
        """What the simulations share."""
        return Axes(self.times, self.cell.components, self.cell.diagnostic_names)


def seeds(config: Config, dataset: str) -> dict[str, int]:
    """Return the seeds that the results of a data set depend on, by name."""
    grains = config.datasets[dataset].rev.grains_seed(config.campaign.seed)
    return {"campaign": config.campaign.seed} | ({} if grains is None else {"microstructure": grains})


def build_simulator(config: Config, dataset: str, entry: BlockEntry, identity: str) -> Simulator:
    """Return the simulator of one block of a data set, for files of one identity."""
    settings = config.datasets[dataset]
    block = next(block for block in settings.paths if block.label == entry.label)

    def path_of(identifier: int) -> StrainPath:
        index = identifier - entry.simulation_id(0)
        return draw_path(block, index, settings.rev.dimension, config.campaign.seed).path()

    return Simulator(
        cell=build_unit_cell(settings.rev, config.materials[dataset], config.campaign.seed, settings.time_limit_s),
        path_of=path_of,
        times=output_times(config, dataset),
        duration_s=settings.duration_s,
        time_limit_s=settings.time_limit_s,
        title=f"simulations of data set {dataset}, campaign {config.campaign.name}",
        provenance=collect(identity, seeds(config, dataset)),
    )
