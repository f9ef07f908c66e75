"""What every law costs in one deck, on line and off line, next to a run with a volume at every point and to others."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from hammerscale.errors import InputError
from hammerscale.macro.records.run_files import FIELDS, SUMMARY
from hammerscale.macro.records.vtkhdf_reader import read_fields
from hammerscale.store.sealed_json import read_sealed_json
from hammerscale.study.claims import relation_in_words, require_one_material, run_claim
from hammerscale.study.measure.learned_law import LearnedLaw, cost_per_try, dataset_cost
from hammerscale.study.tables.table import Row, read_table, write_table
from hammerscale.surrogate.training_data import dataset_name

COLUMNS = (
    "law",
    "stands_for",
    "ranks",
    "online_s",
    "us_per_point_step",
    "cpu_us_per_point_step",
    "share_of_law_percent",
    "tries_per_point_step",
    "us_per_try",
    "speed_up",
    "data_s",
    "training_s",
    "break_even_simulations",
    "break_even_point_steps",
    "status",
)
# The costs in the summary of a run; the share of the law is null where its kernel is part of the solver's.
REPORTED = ("ranks", "wall_time_s", "us_per_element_step", "law_time_fraction")
# Older summaries lack it; wall time is used instead.
CPU = "cpu_us_per_element_step"
# The work that a law noted in the last step of the run: of a polycrystal, the time steps that its grains tried.
TRIES = "cost"
PERCENT, MICRO = 100.0, 1e-6
MEASURED = "measured"
WITHOUT_SOLVER = "measured: whole paths of the data set, without a solver"
ESTIMATED = "estimated as in the paper: cost of a point and step, as per pixel in the plane, times points times steps"
# Points of a cell in three dimensions.
POINTS_IN_SPACE = 64**3


@dataclass(frozen=True)
class Offline:
    """What came before the first simulation with a surrogate, zero for a law without any.

    Attributes
    ----------
    data_s : CPU time of the data set [s]
    training_s : wall time of the training [s]
    """

    data_s: float = 0.0
    training_s: float = 0.0


@dataclass(frozen=True)
class OtherCosts:
    """What stands below the laws of the deck.

    Attributes
    ----------
    compare_with : table of costs of this deck from elsewhere, with some of our `COLUMNS`; None to leave it out
    cell : folder of a run with plane cells at every point, in a deck of its own; None to leave it out
    """

    compare_with: Path | None = None
    cell: Path | None = None


def tabulate_costs(
    reference: Path,
    runs: Sequence[Path],
    learned: Mapping[str, LearnedLaw],
    others: OtherCosts,
    outputs: Sequence[Path],
    different_materials: bool = False,
) -> None:
    """Write the costs of runs of one deck and of its `reference`.

    Parameters
    ----------
    reference, runs : folders of runs
    learned : what the laws of runs were learned from, by the names of the runs' folders
    others : further rows
    outputs : tables
    different_materials : whether runs and data are meant to stand for different materials or microstructures
    """
    claims = [run_claim(run, read_summary(run)) for run in (reference, *runs)]
    require_one_material([*claims, *(one.claim for one in learned.values())], different_materials)
    # Several models may have learned from one data set; each needs all of it.
    data_s = {file: dataset_cost(file) for file in {one.dataset for one in learned.values()}}
    offline = {name: Offline(data_s[one.dataset], one.training_cost()) for name, one in learned.items()}
    truth = read_summary(reference)
    rows = [run_row(reference, truth, Offline()), *(data_row(file) for file in sorted(data_s))]
    for run, claim in zip(runs, claims[1:], strict=True):
        row = run_row(run, truth, offline.get(run.name, Offline()))
        rows.append({**row, "stands_for": relation_in_words(claim, claims[0])})
    rows += [*cell_rows(others.cell, truth), *reference_costs(others.compare_with)]
    for output in outputs:
        write_table(output, COLUMNS, rows)


def run_row(run: Path, truth: Mapping[str, float], offline: Offline) -> Row:
    """Return what a run costs, with the time steps that its grains tried if it has grains."""
    summary = read_summary(run)
    return cost_row(run.name, summary, truth, offline) | tries(run, summary)


def tries(run: Path, summary: Mapping[str, float]) -> dict[str, object]:
    """Return how many time steps the grains of a point try per step of the run, and the cost of one in the law [µs].

    The frames sample the steps; a law that notes no work has none. Costs are CPU time where the run reports it.
    """
    fields = read_fields(run / FIELDS)
    if TRIES not in fields.names:
        return {}
    frames = range(1, len(fields.times))
    mean = sum(float(fields.on_elements(TRIES, frame).mean()) for frame in frames) / len(frames)
    in_law = run_cost(summary)[1] * summary["law_time_fraction"]
    return {"tries_per_point_step": mean, "us_per_try": in_law / mean}


def data_row(file: Path) -> Row:
    """Return what a tried step of a grain costs in the simulations of a data set, next to that of the runs."""
    return {"law": f"data set {dataset_name(file)}", "us_per_try": cost_per_try(file), "status": WITHOUT_SOLVER}


def cell_rows(folder: Path | None, truth: Mapping[str, float]) -> list[Row]:
    """Return the measured cost of plane cells, and from it the estimate of cells in space in the deck of `truth`."""
    if folder is None:
        return []
    summary = read_summary(folder)
    per_plane_step = summary["us_per_element_step"]
    per_step = POINTS_IN_SPACE / plane_points(folder, summary) * per_plane_step
    whole = MICRO * per_step * truth["elements"] * truth["steps"]
    name = f"{folder.name.replace('_', ' ')}, in the deck {summary['deck']}"
    return [
        {
            "law": name,
            "ranks": summary["ranks"],
            "online_s": summary["wall_time_s"],
            "us_per_point_step": per_plane_step,
            "status": MEASURED,
        },
        {"law": "full field in space", "online_s": whole, "us_per_point_step": per_step, "status": ESTIMATED},
    ]


def plane_points(folder: Path, summary: Mapping[str, object]) -> int:
    """Return the number of points in the plane cell of a run with this summary."""
    record = run_claim(folder, summary).record
    if record is None or record.grid is None:
        raise InputError(
            f"the run in {folder} does not say that its law is a plane cell",
            "the estimate of a cell in space rests on the cost per point of one in the plane",
            "name a run under such a law, or run it again where another version has written it",
        )
    return record.grid**2


def reference_costs(table: Path | None) -> list[Row]:
    """Return costs from elsewhere, whose columns are some of ours; law, online_s and status are among them."""
    if table is None:
        return []
    rows = read_table(table)
    for row in rows:
        if missing := {"law", "online_s", "status"} - row.keys():
            raise InputError(
                f"a row of {table} lacks {', '.join(sorted(missing))}",
                "costs from elsewhere stand below ours, in the same columns",
                "complete the row, or leave the table out",
            )
    numbers = set(COLUMNS) - {"law", "stands_for", "status"}
    return [{key: float(value) if key in numbers else value for key, value in row.items()} for row in rows]


def cost_row(law: str, summary: Mapping[str, float], truth: Mapping[str, float], offline: Offline) -> dict[str, object]:
    """Return what one law costs, and after how much use its off-line cost, most of it CPU time, has come back."""
    spent = offline.data_s + offline.training_s
    (own, per_step), (own_truth, per_step_truth) = (run_cost(one) for one in (summary, truth))
    row: dict[str, object] = {
        "law": law.replace("_", " "),
        "ranks": summary["ranks"],
        "online_s": summary["wall_time_s"],
        "us_per_point_step": summary["us_per_element_step"],
        "speed_up": own_truth / own,
        "status": MEASURED,
    }
    if CPU in summary:
        row["cpu_us_per_point_step"] = summary[CPU]
    if summary["law_time_fraction"] is not None:
        row["share_of_law_percent"] = PERCENT * summary["law_time_fraction"]
    if not spent:
        return row
    saved, saved_per_step = own_truth - own, MICRO * (per_step_truth - per_step)
    return row | {
        "data_s": offline.data_s,
        "training_s": offline.training_s,
        "break_even_simulations": math.ceil(spent / saved) if saved > 0.0 else "never",
        "break_even_point_steps": spent / saved_per_step if saved_per_step > 0.0 else "never",
    }


def run_cost(summary: Mapping[str, float]) -> tuple[float, float]:
    """Return what a run costs [s] and a point and step of it [µs]: CPU time, or wall time where it is missing."""
    if CPU not in summary:
        return summary["wall_time_s"], summary["us_per_element_step"]
    return MICRO * summary[CPU] * summary["elements"] * summary["steps"], summary[CPU]


def read_summary(run: Path) -> dict[str, float]:
    """Return the summary of a finished run."""
    if not (run / SUMMARY).is_file():
        raise InputError(
            f"{run} holds no finished impact run", "costs are those of whole runs", "run it with `hammerscale impact`"
        )
    summary = cast(dict[str, float], read_sealed_json(run / SUMMARY))
    if missing := [key for key in REPORTED if key not in summary]:
        raise InputError(
            f"the impact run in {run} does not say its {', '.join(missing)}",
            "another version has written it, and costs would not be comparable",
            "remove the folder and run it again",
        )
    return summary
