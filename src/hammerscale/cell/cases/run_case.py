"""Run one simulation from a case file and write its stress history: to reproduce, report and debug it."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np

from hammerscale.arrays import Outcome
from hammerscale.cell.cases.case import Case, read_case
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.cell.unit_cell import Response, UnitCell
from hammerscale.errors import CampaignError, InputError
from hammerscale.store.atomic import write_text
from hammerscale.units import MEGA

# A single simulation is run tighter than those of a campaign: it is what they are compared with.
TAYLOR_DEFAULTS: dict[str, Any] = {"tolerance": 1e-7}
CELL_DEFAULTS: dict[str, Any] = {"tolerance": 1e-6, "steps": 2000}


def case_unit_cell(case: Case) -> UnitCell:
    """Return the unit cell that a case describes."""
    if case.kind == "cell":
        settings = {**CELL_DEFAULTS, **case.numerics}
        return SpectralCell(case.material, case.grain_map, case.angles, case.scheme, **settings)
    settings = {**TAYLOR_DEFAULTS, **case.numerics}
    return TaylorPolycrystal(case.material, case.quaternions, case.weights, **settings)


def run_case(file: Path, output: Path) -> Response:
    """Run the case in `file` and write `t, s11, ...` [MPa] at its output times to the CSV `output`.

    A simulation that fails is written as far as it came, and then reported as an error.
    """
    case = read_case(file)
    try:
        cell = case_unit_cell(case)
        response = cell.response(case.path, case.times, case.duration_s)
    except InputError as error:
        raise InputError(f"{file}: {error.what}", error.why, error.remedy) from error
    write_text(output, _render(response, cell.components))
    if response.outcome is not Outcome.CONVERGED:
        raise CampaignError(
            f"{file}: the simulation failed, {response.outcome.name.lower()} after t = {response.last_good_time:.6g}",
            f"{output} holds the history up to there",
            "reduce the strain or the rate, or raise the limits under 'numerics'",
        )
    return response


def _render(response: Response, components: tuple[str, ...]) -> str:
    """Return the history as CSV; lines after the last good time are left out."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["t", *(f"s{name}" for name in components)])
    for time, stress in zip(response.times, response.stress / MEGA, strict=True):
        if np.isfinite(stress).all():
            writer.writerow([repr(float(time)), *(f"{value:.12g}" for value in stress)])
    return text.getvalue()
