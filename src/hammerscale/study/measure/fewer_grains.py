"""The simplest reduction of a Taylor polycrystal: the polycrystal itself with fewer of its own grains.

A surrogate is worth its training where it is nearer to the whole than so many grains are at the same cost.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.cell.cell_factory import build_grains, crystal_material
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.cell.taylor_entry import Taylor
from hammerscale.config import Config
from hammerscale.errors import InputError
from hammerscale.streams import stream
from hammerscale.study.measure.held_out_paths import COLUMNS, HeldOutPaths, measure_answer, read_test_paths
from hammerscale.study.tables.table import Row, write_table
from hammerscale.surrogate.training_data import Rows

SIZES = (4, 8, 16, 32, 64)
GROUP = "fewer grains"


def write_fewer_grains(config: Config, dataset: str, outputs: Sequence[Path], draws: int, count: int) -> None:
    """Write the errors and costs of random subsets of the grains of a data set into every output.

    Parameters
    ----------
    config, dataset : the data set, which has been gathered
    outputs : tables, CSV or Markdown
    draws : subsets of each size
    count : test paths
    """
    rows = list(grain_rows(config, dataset, read_test_paths(config, dataset, count), draws))
    for output in outputs:
        write_table(output, COLUMNS, rows)


def grain_rows(config: Config, dataset: str, test: HeldOutPaths, draws: int) -> Iterator[Row]:
    """Yield a row per subset and, last, that of all grains, whose error is what the data set's storage left."""
    total = len(build_grains(_taylor(config, dataset), config.campaign.seed).quaternions)
    chosen = [(size, draw) for size in SIZES if size < total for draw in range(draws)]
    for size, draw in [*chosen, (total, 0)]:
        subset = draw_subset(total, size, draw, config.campaign.seed)
        cell = reduced_cell(config, dataset, subset)
        labels = {"model": f"{size} grains", "group": GROUP, "grains": size, "draw": draw}
        yield {**labels, **measure_answer(lambda rows, cell=cell: cell_answer(cell, test, rows), test)}  # type: ignore[misc]


def draw_subset(total: int, size: int, draw: int, seed: int) -> Rows:
    """Return the numbers of `size` of `total` grains (size,), ascending; draw and seed fix them."""
    return np.sort(stream(seed, draw, f"fewer grains/{size}").permutation(total)[:size])


def reduced_cell(config: Config, dataset: str, subset: Rows) -> TaylorPolycrystal:
    """Return the data set's Taylor polycrystal with some of its grains, their volume fractions scaled to sum 1."""
    settings = _taylor(config, dataset)
    grains = build_grains(settings, config.campaign.seed)
    weights = grains.weights[subset] / grains.weights[subset].sum()
    material = crystal_material(config.materials[dataset])
    return TaylorPolycrystal(material, grains.quaternions[subset], weights, settings.tolerance, settings.max_steps)


def cell_answer(cell: TaylorPolycrystal, test: HeldOutPaths, rows: Rows) -> FloatArray:
    """Return the stress (n, t, 6) [Pa] of the cell along test paths."""
    paths = [test.paths[row] for row in rows]
    return np.stack([one.stress for one in cell.responses(paths, test.histories.times, test.duration_s)])


def _taylor(config: Config, dataset: str) -> Taylor:
    """Return the settings of the data set's Taylor polycrystal."""
    settings = config.dataset(dataset).rev
    if not isinstance(settings, Taylor):
        raise InputError(
            f"the unit cell of data set {dataset} is {settings.kind}",
            "fewer grains are a smaller unit cell only where every grain sees the same stretch",
            "choose a data set of a Taylor polycrystal",
        )
    return settings
