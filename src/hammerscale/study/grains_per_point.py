"""What a volume at every point costs by its number of grains, and from where on a surrogate is cheaper."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from hammerscale.arrays import FloatArray
from hammerscale.config.law import LawFile, read_law
from hammerscale.config.law_records import record_of_law
from hammerscale.config.loader import read_material
from hammerscale.errors import InputError
from hammerscale.laws.exported import load_exported
from hammerscale.laws.law import Law
from hammerscale.laws.unit_cell_entry import UnitCellAtEveryPoint
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.rev.factory import build_grains, crystal_material
from hammerscale.rev.taylor import TaylorPolycrystal
from hammerscale.rev.taylor_entry import Taylor
from hammerscale.store.netcdf import read_netcdf
from hammerscale.study.one_material import Stands, dataset_stands, model_stands, require_one_material
from hammerscale.study.style import house_style, of_attributes, require_format, save
from hammerscale.study.table import Row, write_table
from hammerscale.surrogate.data import open_dataset
from hammerscale.tensor.voigt import to_matrix

COLUMNS = ("law", "grains", "us_per_point_step")
GRAINS = (8, 32, 128, 512)
# Test paths that points follow, all at once: with eight, half of what a cheap law costs is the call.
POINTS = 64
MICRO = 1e6
FIGURES = (".svg", ".png")


def plot_grains(
    law: str, models: Mapping[str, Path], dataset: Path, outputs: Sequence[Path], different_materials: bool = False
) -> None:
    """Measure and write tables (.csv, .md, .html) and figures (.svg, .png).

    Parameters
    ----------
    law : a law with Taylor polycrystals, by name or file
    models : folders of exported surrogates by name
    dataset : whose test paths the points follow
    outputs : files; their endings choose the form
    different_materials : whether law, models and data are meant to stand for different materials or microstructures
    """
    for output in outputs:
        if output.suffix in FIGURES:
            require_format(output)
    file = read_law(law).file
    learned = [model_stands(folder) for folder in models.values()]
    require_one_material([Stands(law, record_of_law(file)), dataset_stands(dataset), *learned], different_materials)
    rows = measured(file, models, dataset)
    provenance = of_attributes(read_netcdf(dataset, names=["cost"]).attributes)
    with house_style():
        figure = draw(rows)
        for output in outputs:
            if output.suffix in FIGURES:
                save(figure, output, provenance)
            else:
                write_table(output, COLUMNS, rows)


def measured(file: LawFile, models: Mapping[str, Path], dataset: Path) -> list[Row]:
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
    drawn = build_grains(replace(rev, grains=grains), seed)
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


def draw(rows: Sequence[Row]) -> Figure:
    """Return the figure: a line over the number of grains, a level line for every surrogate."""
    figure = Figure(figsize=(5.6, 3.8), layout="constrained")
    axis = figure.subplots()
    grains, costs = ([float(str(row[key])) for row in rows if "grains" in row] for key in COLUMNS[1:])
    axis.loglog(grains, costs, "o-", label="polycrystal")
    for number, row in enumerate((row for row in rows if "grains" not in row), start=1):
        axis.axhline(float(str(row["us_per_point_step"])), color=f"C{number}", linestyle="--", label=str(row["law"]))
    axis.set_xlabel("grains per point")
    axis.set_ylabel("CPU time per point and step [µs]")
    axis.legend()
    return figure
