"""What every law costs in one deck, on line and off line, beside the run with a volume at every point and the paper."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hammerscale.errors import InputError
from hammerscale.macro.impact import SUMMARY
from hammerscale.store.netcdf import read_netcdf
from hammerscale.study.table import Row, read_csv, write_table

COLUMNS = (
    "law",
    "ranks",
    "online_s",
    "us_per_point_step",
    "share_of_law_percent",
    "speed_up",
    "data_s",
    "training_s",
    "break_even_simulations",
    "break_even_point_steps",
    "status",
)
METRICS = "metrics.json"
# What the summary of a run says about its cost.
TOLD = ("ranks", "wall_time_s", "us_per_element_step", "law_time_fraction")
PERCENT, MICRO = 100.0, 1e-6
MEASURED = "measured"
ESTIMATED = "estimated as in the paper: cost of a point and step, as per pixel in the plane, times points times steps"
# A cell in three dimensions beside one in the plane: 64 x 64 x 64 points for 32 x 32.
SPACE_PER_PLANE = 64**3 / 32**2


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
class Beside:
    """What stands beside the laws of the deck.

    Attributes
    ----------
    paper : table of published costs, its column `column` those of this deck; None to leave it out
    column : name of the column
    cell : folder of a run with a plane cell at every point, in a deck of its own; None to leave it out
    """

    paper: Path | None = None
    column: str = "anvil_s"
    cell: Path | None = None


def tabulate_costs(
    reference: Path,
    runs: Sequence[Path],
    models: Mapping[str, Path],
    dataset: Path | None,
    beside: Beside,
    outputs: Sequence[Path],
) -> None:
    """Write the costs of runs of one deck and of its `reference`.

    Parameters
    ----------
    reference, runs : folders of runs
    models : folders of exported models by the names of the runs' folders
    dataset : what the models were trained on
    beside : further rows
    outputs : tables
    """
    data_s = dataset_cost(dataset) if dataset else 0.0
    offline = {name: Offline(data_s, training_cost(folder)) for name, folder in models.items()}
    truth = read_summary(reference)
    rows = [cost_row(reference.name, truth, truth, Offline())]
    rows += [cost_row(run.name, read_summary(run), truth, offline.get(run.name, Offline())) for run in runs]
    rows += [*cell_rows(beside.cell, truth), *paper_rows(beside)]
    for output in outputs:
        write_table(output, COLUMNS, rows)


def cell_rows(cell: Path | None, truth: Mapping[str, float]) -> list[Row]:
    """Return the measured cost of plane cells, and from it the estimate of cells in space in the deck of `truth`."""
    if cell is None:
        return []
    summary = read_summary(cell)
    per_plane_step = summary["us_per_element_step"]
    per_step = SPACE_PER_PLANE * per_plane_step
    whole = MICRO * per_step * truth["elements"] * truth["steps"]
    name = f"{cell.name.replace('_', ' ')}, in the deck {summary['deck']}"
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


def paper_rows(beside: Beside) -> list[Row]:
    """Return the published costs."""
    if beside.paper is None:
        return []
    return [
        {"law": row["law"], "online_s": float(row[beside.column]), "status": row["status"]}
        for row in read_csv(beside.paper)
        if beside.column in row
    ]


def cost_row(law: str, summary: Mapping[str, float], truth: Mapping[str, float], offline: Offline) -> Row:
    """Return what one law costs, and after how much use its off-line cost has come back."""
    online, spent = summary["wall_time_s"], offline.data_s + offline.training_s
    per_step, per_step_truth = (one["us_per_element_step"] for one in (summary, truth))
    row: dict[str, object] = {
        "law": law.replace("_", " "),
        "ranks": summary["ranks"],
        "online_s": online,
        "us_per_point_step": per_step,
        "share_of_law_percent": PERCENT * summary["law_time_fraction"],
        "speed_up": truth["wall_time_s"] / online,
        "status": MEASURED,
    }
    if not spent:
        return row
    saved, saved_per_step = truth["wall_time_s"] - online, MICRO * (per_step_truth - per_step)
    return row | {
        "data_s": offline.data_s,
        "training_s": offline.training_s,
        "break_even_simulations": math.ceil(spent / saved) if saved > 0.0 else "never",
        "break_even_point_steps": spent / saved_per_step if saved_per_step > 0.0 else "never",
    }


def read_summary(run: Path) -> dict[str, float]:
    """Return the summary of a finished run."""
    try:
        summary = dict(json.loads((run / SUMMARY).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{run} holds no finished impact run", "costs are those of whole runs", "run it with `hammerscale impact`"
        ) from error
    if missing := [key for key in TOLD if key not in summary]:
        raise InputError(
            f"the impact run in {run} does not say its {', '.join(missing)}",
            "another version has written it, and costs would not be comparable",
            "remove the folder and run it again",
        )
    return summary


def dataset_cost(file: Path) -> float:
    """Return the CPU time of all simulations of a data set [s]."""
    return float(read_netcdf(file, names=["cost"]).variables["cost"].data.sum())


def training_cost(model: Path) -> float:
    """Return the wall time of a model's training [s]."""
    try:
        return float(json.loads((model / METRICS).read_text(encoding="utf-8"))["training_wall_s"])
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{model} does not say how long its training took ({type(error).__name__}: {error})",
            "the off-line cost is part of what a surrogate costs",
            "name the folder of a model that `hammerscale train` exported",
        ) from error
