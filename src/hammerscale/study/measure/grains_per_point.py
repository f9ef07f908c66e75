"""What a volume at every point costs by its number of grains, and from where on a surrogate is cheaper."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.cell.cell_factory import build_grains, crystal_material
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.cell.taylor_entry import Taylor
from hammerscale.config.comparable import Claim
from hammerscale.config.law_file import LawFile, read_law
from hammerscale.config.law_records import record_of_law
from hammerscale.config.loader import read_material
from hammerscale.errors import InputError
from hammerscale.laws.exported import load_exported
from hammerscale.laws.law import Law
from hammerscale.laws.unit_cell_entry import UnitCellAtEveryPoint
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.study.claims import dataset_claim, model_claim, require_one_material
from hammerscale.study.tables.table import Row, require_table, write_table
from hammerscale.surrogate.training_data import open_dataset
from hammerscale.tensor.voigt import to_matrix

COLUMNS = ("law", "grains", "us_per_point_step")
GRAINS = (8, 32, 128, 512)
# Test paths that points follow, all at once. With only 8 points, call overhead is half the cost of a cheap law.
POINTS = 64
MICRO = 1e6


def write_grain_costs(
    law: str, models: Mapping[str, Path], dataset: Path, outputs: Sequence[Path], different_materials: bool = False
) -> None:
    """Measure costs and write them into every table.

    Parameters
    ----------
    law : a law with Taylor polycrystals, by name or file
    models : folders of exported surrogates by name
    dataset : whose test paths the points follow
    outputs : tables; their endings choose the form
    different_materials : whether law, models and data are meant to stand for different materials or microstructures
    """
    for output in outputs:
        require_table(output)
    file = read_law(law).file
    learned = [model_claim(folder) for folder in models.values()]
    require_one_material([Claim(law, record_of_law(file)), dataset_claim(dataset), *learned], different_materials)
    rows = costs_by_grains(file, models, dataset)
    for output in outputs:
        write_table(output, COLUMNS, rows)


def costs_by_grains(file: LawFile, models: Mapping[str, Path], dataset: Path) -> list[Row]:
    """Return the cost of the polycrystal with every number of grains, and of the surrogates, all in one run."""
    duration_s, stretch = followed_paths(dataset)
    rev, seed = taylor_cell(file)
    rows: list[Row] = []
    for grains in GRAINS:
        cost = point_cost(polycrystal(rev, seed, grains), duration_s, stretch)
        rows.append({"law": "polycrystal", "grains": grains, "us_per_point_step": cost})
    for name, folder in models.items():
        # Costs do not depend on the density.
        built = load_exported(folder, 1.0)
        rows.append({"law": name.replace("_", " "), "us_per_point_step": point_cost(built, duration_s, stretch)})
    return rows


def polycrystal(rev: Taylor, seed: int, grains: int) -> Law:
    """Return a law with another number of grains: so many drawn anew, or those of a file over and over."""
    drawn = build_grains(rev if rev.named_file else replace(rev, grains=grains), seed)
    quaternions, weights = np.resize(drawn.quaternions, (grains, 4)), np.full(grains, 1.0 / grains)
    material = crystal_material(read_material(Path(rev.material)))
    return UnitCellLaw(TaylorPolycrystal(material, quaternions, weights, rev.tolerance, rev.max_steps))


def taylor_cell(file: LawFile) -> tuple[Taylor, int]:
    """Return the settings of a law whose grains can be counted, and their seed."""
    if isinstance(file.law, UnitCellAtEveryPoint) and isinstance(file.law.rev, Taylor):
        file.law.require_as_written()
        return file.law.rev, file.law.seed
    raise InputError(
        "the law has no Taylor polycrystal", "its cost is shown by the number of grains", "choose another law"
    )


def followed_paths(dataset: Path) -> tuple[float, FloatArray]:
    """Return the length [s] of the first test paths of a data set and their stretches (points, times, 6)."""
    opened = open_dataset(dataset)
    if opened.duration_s is None:
        raise InputError(f"{dataset} does not say how long its paths last", remedy="compute it with this version")
    return opened.duration_s, opened.histories(opened.rows("test")[:POINTS]).stretch


def point_cost(law: Law, duration_s: float, stretch: FloatArray) -> float:
    """Return the CPU time per point and step [µs] of a law along stretches (points, times, 6)."""
    gradient = to_matrix(np.swapaxes(stretch, 0, 1))
    dt = duration_s / (len(gradient) - 1)
    state = law.initial_state(len(stretch))
    new = np.empty_like(state)
    # A first call may load or compile kernels.
    law.advance(state, gradient[0], gradient[1], dt, new)
    started = time.process_time()
    for before, after in pairwise(gradient):
        _, status = law.advance(state, before, after, dt, new)
        if status.any():
            raise InputError(
                f"the law fails at {np.count_nonzero(status)} of {len(status)} points along the test paths",
                "what fails costs something else",
                "look at these paths with `hammerscale run-path`, or choose another data set",
            )
        state, new = new, state
    return MICRO * (time.process_time() - started) / (len(stretch) * (len(gradient) - 1))
