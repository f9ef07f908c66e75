"""Run simulations of a data set, one path or a batch of paths at a time, and write their results."""

import itertools
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.capabilities import Batched
from hammerscale.cell.cell_factory import build_unit_cell
from hammerscale.cell.unit_cell import Response, UnitCell
from hammerscale.config import Config
from hammerscale.ledger.outline import BlockEntry, Outline, simulation_key
from hammerscale.loading.path import StrainPath
from hammerscale.production.design import output_times
from hammerscale.production.draws import draw_path
from hammerscale.production.results import TIME_LIMIT, Axes, Results, collect_results, write_results
from hammerscale.provenance import Provenance, collect
from hammerscale.store.variable import Attribute
from hammerscale.tensor.voigt import COMPONENTS

LOG = logging.getLogger(__name__)
# A batch is expected to take so long [s]: a process that is asked to stop finishes the batch it is at.
BATCH_S = 0.5
MOST_PATHS_AT_ONCE = 64
# Cells of a map of a million pixels fill the memory; the simulations of a shard come variant after variant.
CELLS_KEPT = 4


@dataclass(frozen=True)
class Stage:
    """What paths of one block and one variant are run with.

    Attributes
    ----------
    cell : the unit cell
    path_of : gives the strain path of an index in the block
    duration_s : physical length of a path [s]
    together : number of paths to run in one call
    """

    cell: UnitCell
    path_of: Callable[[int], StrainPath]
    duration_s: float
    together: int

    def respond(self, paths: Sequence[StrainPath], times: FloatArray) -> list[tuple[Response, float]]:
        """Return the response and the CPU time [s] of every path, of a batch the mean time."""
        if not (isinstance(self.cell, Batched) and len(paths) > 1):
            return [self._alone(path, times) for path in paths]
        start = time.process_time()
        responses = self.cell.responses(paths, times, self.duration_s)
        cost = (time.process_time() - start) / len(paths)
        # The paths of a batch share one clock: one that used it up left the others without time.
        return [
            self._alone(path, times) if response.outcome is Outcome.TIME_LIMIT else (response, cost)
            for path, response in zip(paths, responses, strict=True)
        ]

    def _alone(self, path: StrainPath, times: FloatArray) -> tuple[Response, float]:
        start = time.process_time()
        response = self.cell.response(path, times, self.duration_s)
        return response, time.process_time() - start


@dataclass(frozen=True)
class Simulator:
    """All that makes the ids of one block simulations.

    Attributes
    ----------
    stage_of : what the paths of a variant are run with, by its number
    axes : what the simulations share
    time_limit_s : wall time after which a simulation is given up [s]
    title : title of the files
    provenance : what makes the files; its config hash is the shard's identity
    """

    stage_of: Callable[[int], Stage]
    axes: Axes
    time_limit_s: float
    title: str
    provenance: Provenance

    def batches(self, identifiers: Iterable[int]) -> Iterator[list[int]]:
        """Yield the ids in their order, those together that one call of a unit cell takes."""
        for variant, of_variant in itertools.groupby(identifiers, lambda one: simulation_key(one).variant):
            together = min(self.stage_of(variant).together, self.axes.slab_rows)
            while batch := list(itertools.islice(of_variant, together)):
                yield batch

    def run(self, identifiers: Sequence[int]) -> Results:
        """Return the results of simulations of one variant; one that fails is a result too."""
        keys = [simulation_key(identifier) for identifier in identifiers]
        stage, times = self.stage_of(keys[0].variant), self.axes.times
        paths = [stage.path_of(key.index) for key in keys]
        responses, costs = zip(*stage.respond(paths, times), strict=True)
        for identifier, response in zip(identifiers, responses, strict=True):
            if response.outcome is not Outcome.CONVERGED:
                outcome, last = response.outcome.name.lower(), response.last_good_time
                LOG.warning("simulation %d failed: %s after t = %.4g", identifier, outcome, last)
        columns = [COMPONENTS.index(name) for name in self.axes.components]
        stretch = [path.stretch(times)[:, columns] for path in paths]
        return collect_results(identifiers, responses, stretch, costs, self.axes.diagnostic_names)

    def write(self, file: Path, rows: int, slabs: Iterable[Results]) -> None:
        """Write `rows` simulations, which come slab by slab, to a part or a shard."""
        attributes: dict[str, Attribute] = {"title": self.title, TIME_LIMIT: self.time_limit_s}
        write_results(file, rows, slabs, self.axes, attributes, self.provenance)


def seeds(config: Config, dataset: str) -> dict[str, int]:
    """Return the seeds that the results of a data set depend on, by name; several of grains stand in its table."""
    settings, seed = config.datasets[dataset], config.campaign.seed
    found = {one.cell(settings.rev, seed).grains_seed(seed) for one in settings.realisations}
    drawn = [one for one in found if one is not None]
    return {"campaign": seed} | ({"microstructure": drawn[0]} if len(drawn) == 1 else {})


def build_simulator(config: Config, dataset: str, outline: Outline, entry: BlockEntry, identity: str) -> Simulator:
    """Return the simulator of one block of a data set, for files of one identity."""
    settings = config.datasets[dataset]
    variants = dict(zip(outline.variants, settings.variants, strict=True))

    @lru_cache(maxsize=CELLS_KEPT)
    def stage_of(variant: int) -> Stage:
        return _stage(config.at(dataset, variants[variant]), dataset, entry.label)

    first = stage_of(outline.variants[0]).cell
    return Simulator(
        stage_of=stage_of,
        axes=Axes(output_times(config, dataset), first.components, first.diagnostic_names),
        time_limit_s=settings.time_limit_s,
        title=f"simulations of data set {dataset}, campaign {config.campaign.name}",
        provenance=collect(identity, seeds(config, dataset)),
    )


def _stage(config: Config, dataset: str, label: str) -> Stage:
    """Return what paths of a block are run with under the config of one variant."""
    settings, seed = config.datasets[dataset], config.campaign.seed
    block = next(block for block in settings.paths if block.label == label)
    cell = build_unit_cell(settings.rev, config.materials[dataset], seed, settings.time_limit_s)
    together = min(MOST_PATHS_AT_ONCE, int(BATCH_S / settings.cost(label))) if isinstance(cell, Batched) else 1

    def path_of(index: int) -> StrainPath:
        return draw_path(block, index, settings.rev.dimension, seed).path()

    return Stage(cell, path_of, settings.duration_s, max(1, together))
