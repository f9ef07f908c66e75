"""How far a law is from the run with a representative volume at every point: shape, force, strain and stress."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.macro.records.vtkhdf_reader import Fields
from hammerscale.study.axial_section import AxialSection, axial_section
from hammerscale.study.claims import relation_in_words, require_one_material
from hammerscale.study.impact_run import ImpactRun, read_run
from hammerscale.study.measure.learned_law import LearnedLaw
from hammerscale.study.measure.range_tables import reach
from hammerscale.study.measure.strain_paths import IN_TENSOR_NORM
from hammerscale.study.tables.table import write_table
from hammerscale.tensor.voigt import deviator

PERCENT = 100.0
COLUMNS = (
    "law",
    "stands_for",
    "foot_radius_mm",
    "final_length_mm",
    "radius_growth_error_percent",
    "force_error_percent",
    "deviatoric_strain_error_percent",
    "deviatoric_stress_error_percent",
    "points_beyond_training_percent",
    "beyond_in_strain_percent",
    "beyond_in_pace_percent",
)
# Forces are compared as mean values over so many equal parts of the run: laws take steps of different lengths.
FORCE_PARTS = 40
# Runs of one deck end at the same time, up to this part of it.
SAME_TIME = 1e-6


def tabulate_accuracy(
    reference: Path,
    runs: Sequence[Path],
    learned: Mapping[str, LearnedLaw],
    outputs: Sequence[Path],
    different_materials: bool = False,
) -> None:
    """Write how far runs of one deck are from the `reference`, which has a representative volume at every point.

    The reference stands first, without errors. Lengths are shown, not compared: waves may not have reached the rear.
    Of runs under surrogates, `learned` by the names of their folders, the table lists which share of the points left
    the range of the training paths. For every run it states whether its law has the grains of the reference; runs and
    data of different materials or microstructures are refused unless `different_materials` is set.
    """
    truth, others = read_run(reference), [read_run(run) for run in runs]
    require_one_material(
        [truth.claim, *(run.claim for run in others), *(one.claim for one in learned.values())], different_materials
    )
    rows = [shape(truth)]
    for run in others:
        row = accuracy(truth, run) | {"stands_for": relation_in_words(run.claim, truth.claim)}
        rows.append(row | beyond_training(run, learned[run.folder.name]) if run.folder.name in learned else row)
    for output in outputs:
        write_table(output, COLUMNS, rows)


def accuracy(truth: ImpactRun, run: ImpactRun) -> dict[str, object]:
    """Return the errors of a run at its end, in per cent of what they are errors of."""
    if not _comparable(truth, run):
        raise InputError(
            f"{run.folder} and {truth.folder} are no runs of one deck",
            "errors are those of a law only where everything else is the same",
            "compare runs of the same mesh, velocity and duration",
        )
    section = axial_section(truth.fields)
    weights = section_areas(truth.fields, section)
    errors = {
        "radius_growth_error_percent": _growth_error(truth, run),
        "force_error_percent": PERCENT * relative_error(mean_forces(run), mean_forces(truth)),
    }
    for name, values in (("deviatoric_strain", _strain), ("deviatoric_stress", _stress)):
        ours, theirs = (values(one.fields, section) for one in (run, truth))
        errors[f"{name}_error_percent"] = PERCENT * relative_error(ours, theirs, weights)
    return shape(run) | errors


def _comparable(truth: ImpactRun, run: ImpactRun) -> bool:
    """Return whether two runs have the same body, velocity and duration."""
    end, expected = run.fields.times[-1], truth.fields.times[-1]
    velocity, other = (one.summary.get("velocity_m_s") for one in (run, truth))
    same_body = np.array_equal(run.fields.nodes, truth.fields.nodes)
    return same_body and velocity == other and bool(abs(end - expected) <= SAME_TIME * expected)


def shape(run: ImpactRun) -> dict[str, object]:
    """Return name and shape of a run."""
    names = {"mushroom_radius_mm": "foot_radius_mm", "final_length_mm": "final_length_mm"}
    return {"law": run.law} | {column: run.summary[key] for key, column in names.items() if key in run.summary}


def relative_error(values: FloatArray, expected: FloatArray, weights: FloatArray | None = None) -> float:
    """Return |values - expected| / |expected| in the norm of L2 over the first axis [-]."""
    weights = np.ones(len(values)) if weights is None else weights
    squares = (((part.reshape(len(weights), -1) ** 2).sum(axis=1) @ weights) for part in (values - expected, expected))
    return float(np.sqrt(next(squares) / next(squares)))


def mean_forces(run: ImpactRun) -> FloatArray:
    """Return the mean contact force along z [N] over equal parts of the run (`FORCE_PARTS`,)."""
    times, impulse = run.history["time"], run.history["contact_impulse"]
    ends = np.linspace(0.0, run.fields.times[-1], FORCE_PARTS + 1)
    return np.diff(np.interp(ends, times, impulse)) / np.diff(ends)


def section_areas(fields: Fields, section: AxialSection) -> FloatArray:
    """Return the areas (q,) of the faces of a section in the undeformed body [m²]."""
    corners = fields.nodes[section.corners][:, :, [0, 2]]
    diagonal, other = corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]
    return 0.5 * np.abs(diagonal[:, 0] * other[:, 1] - diagonal[:, 1] * other[:, 0])


def _growth_error(truth: ImpactRun, run: ImpactRun) -> float | None:
    """Return the error of the growth of the foot's radius [%]; None for a body without one or without growth."""
    if "mushroom_radius_mm" not in truth.summary:
        return None
    start = 1e3 * float(np.hypot(*truth.fields.nodes[:, :2].T).max())
    growth, expected = (float(str(one.summary["mushroom_radius_mm"])) - start for one in (run, truth))
    return PERCENT * (growth - expected) / expected if expected else None


def _strain(fields: Fields, section: AxialSection) -> FloatArray:
    return fields.on_elements("deviatoric_strain", -1)[section.elements]


def _stress(fields: Fields, section: AxialSection) -> FloatArray:
    """Return the deviatoric stress (q, 6), its shear times √2 so that squares add up to those of the tensor."""
    return deviator(fields.on_elements("stress", -1)[section.elements]) * IN_TENSOR_NORM


def beyond_training(run: ImpactRun, learned: LearnedLaw) -> dict[str, object]:
    """Return the share of the points [%] that left the range of the training paths, and in what they did."""
    strain, pace = (far > 1.0 for far in reach(run, learned))
    return {
        "points_beyond_training_percent": PERCENT * float((strain | pace).mean()),
        "beyond_in_strain_percent": PERCENT * float(strain.mean()),
        "beyond_in_pace_percent": PERCENT * float(pace.mean()),
    }
