"""The strain paths of a body next to those of the training, and how far every point leaves their range, as tables."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.study.claims import require_one_material
from hammerscale.study.impact_run import ImpactRun, read_run
from hammerscale.study.measure.learned_law import LearnedLaw
from hammerscale.study.measure.strain_paths import StrainPaths, paths_of_points, tensor_norm
from hammerscale.study.measure.training_range import TrainingRange
from hammerscale.study.tables.table import Row, write_table
from hammerscale.surrogate.training_data import dataset_name
from hammerscale.tensor.voigt import deviator

# Percentiles of points, or of paths: median, 99 %, maximum.
QUANTILES = (0.5, 0.99, 1.0)
# In the plane of strains: so many points of the body, and paths of the training, at all times.
SHOWN_POINTS, SHOWN_PATHS = 3000, 300
MICRO = 1e6
# By the name of the file: over time, in the plane of strains, by element of a run.
TABLES = {
    "paths.csv": ("paths", "quantity", "quantile", "time_us", "value"),
    "plane.csv": ("paths", "volumetric", "deviatoric"),
    "reach.csv": ("run", "element", "strain_reach", "pace_reach"),
}


class Cloud(NamedTuple):
    """Paths that are shown together.

    Attributes
    ----------
    label : what they are
    paths : the paths
    shown : how many of them appear in the plane of strains
    """

    label: str
    paths: StrainPaths
    shown: int


def write_range_tables(
    reference: Path,
    runs: Sequence[Path],
    learned: Mapping[str, LearnedLaw],
    folder: Path,
    different_materials: bool = False,
) -> None:
    """Write the tables of the range of the training into `folder`.

    The reach is that of the points of the reference in the data of the first surrogate, and of the points of every
    run under a surrogate in its own data.

    Parameters
    ----------
    reference, runs : folders of runs of one deck
    learned : what the laws of runs were learned from, by the names of the runs' folders
    folder : of the tables, see `TABLES`
    different_materials : whether runs and data are meant to stand for different materials or microstructures
    """
    surrogates = [run for run in runs if run.name in learned]
    if not surrogates:
        raise InputError(
            "none of the runs is under a surrogate",
            "the range is that of the paths that a surrogate was trained on",
            "name the runs, and with --model and --dataset what their laws learned from",
        )
    truth = read_run(reference)
    panels = [(truth, learned[surrogates[0].name]), *((read_run(run), learned[run.name]) for run in surrogates)]
    require_one_material(
        [*(run.claim for run, _ in panels), *(one.claim for one in learned.values())], different_materials
    )
    shown = clouds(truth, {one.dataset: one for one in learned.values()})
    rows = {"paths.csv": quantile_rows(shown), "plane.csv": plane_rows(shown), "reach.csv": reach_rows(panels)}
    for name, columns in TABLES.items():
        write_table(folder / name, columns, list(rows[name]))


def clouds(truth: ImpactRun, data: Mapping[Path, LearnedLaw]) -> list[Cloud]:
    """Return the paths of the body's points, and of every family in the training of each data set."""
    points = paths_of_points(truth.fields)
    found = [Cloud(f"points, {truth.law}", points, SHOWN_POINTS)]
    for file, one in data.items():
        for family, paths in one.training_paths(points.times_s).items():
            label = f"training, {dataset_name(file)}: {family}".replace("_", " ")
            found.append(Cloud(label, paths, SHOWN_PATHS))
    return found


def quantile_rows(shown: Sequence[Cloud]) -> Iterator[Row]:
    """Yield quantiles of |log U| at every time and of its rate [1/s] in the middle between times."""
    for cloud in shown:
        times = MICRO * cloud.paths.times_s
        quantities = {
            "strain": (times, cloud.paths.size()),
            "pace": (0.5 * (times[1:] + times[:-1]), cloud.paths.pace()),
        }
        for quantity, (at, values) in quantities.items():
            for quantile in QUANTILES:
                labels = {"paths": cloud.label, "quantity": quantity, "quantile": quantile}
                for time, value in zip(at, np.quantile(values, quantile, axis=0), strict=True):
                    yield {**labels, "time_us": float(time), "value": float(value)}


def plane_rows(shown: Sequence[Cloud]) -> Iterator[Row]:
    """Yield volumetric and deviatoric strain of some paths at all times after the first."""
    for cloud in shown:
        chosen = cloud.paths.strain[:: -(-len(cloud.paths.strain) // cloud.shown), 1:].reshape(-1, 6)
        for volumetric, norm in zip(chosen[:, :3].sum(axis=1), tensor_norm(deviator(chosen)), strict=True):
            yield {"paths": cloud.label, "volumetric": float(volumetric), "deviatoric": float(norm)}


def reach_rows(panels: Sequence[tuple[ImpactRun, LearnedLaw]]) -> Iterator[Row]:
    """Yield how far every element of every run went in the range of the training, see `reach`."""
    for run, learned in panels:
        for element, (strain, pace) in enumerate(zip(*reach(run, learned), strict=True)):
            yield {
                "run": run.folder.name, "element": element, "strain_reach": float(strain), "pace_reach": float(pace)
            }  # fmt: skip


def reach(run: ImpactRun, learned: LearnedLaw) -> tuple[FloatArray, FloatArray]:
    """Return how far the points of a run went in strain and in pace (n,): 1 at the edge of the range, more beyond."""
    paths = paths_of_points(run.fields)
    known = TrainingRange.of(learned.training_paths(paths.times_s).values())
    return known.strain_reach(paths), known.pace_reach(paths)
