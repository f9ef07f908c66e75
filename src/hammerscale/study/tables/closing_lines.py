"""The three numbers that matter of a finished campaign, as its tables hold them."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from hammerscale.study.tables.table import read_made

ALL_FAMILIES = "all"
Cells = dict[str, str]


def headline(tables: Path, problems: Sequence[str]) -> list[str]:
    """Return a line each: error of the best surrogate, its cost at a point next to that of the grains, CPU time of all.

    A number that no table holds is left out.

    Parameters
    ----------
    tables : folder of the tables
    problems : names of the impacts whose laws were compared with a representative volume at every point
    """
    best = best_surrogate(_rows(tables / "surrogates.csv"))
    return [
        *_error(best),
        *_step(best, [_rows(tables / f"{problem}_costs.csv") for problem in problems]),
        *_campaign(_rows(tables / "cost.csv")),
    ]


def best_surrogate(rows: Sequence[Cells]) -> Cells | None:
    """Return the row of the model with the smallest deviatoric error over all families that it was tested on.

    Rows without training paths are formulas, rows without a deviatoric error come from plane cells.
    """
    mixed = {_tested(row) for row in rows if row["family"] == ALL_FAMILIES}
    whole = [row for row in rows if row["family"] == ALL_FAMILIES or _tested(row) not in mixed]
    models = [row for row in whole if {"train_paths", "deviatoric_percent"} <= row.keys()]
    finite = [row for row in models if math.isfinite(float(row["deviatoric_percent"]))]
    return min(finite, key=lambda row: float(row["deviatoric_percent"]), default=None)


def _tested(row: Cells) -> tuple[str, str]:
    return row["learned_from"], row["tested_on"]


def _error(best: Cells | None) -> Iterator[str]:
    if best:
        model = f"{best['surrogate']}, {best['train_paths']} training paths"
        yield f"deviatoric error on {best['paths']} unseen paths: {best['deviatoric_percent']} % ({model})"


def _step(best: Cells | None, costs: Sequence[list[Cells]]) -> Iterator[str]:
    """Yield what the best surrogate costs in the first impact that has it; the grains are the first row of a table."""
    for grains, *others in filter(None, costs):
        for row in others:
            if best and row["law"] == best["surrogate"].replace("_", " "):
                cost, beside = (f"{_cost(one)} µs ({one['law']})" for one in (row, grains))
                yield f"cost per point and step of an impact: {cost}, {beside}"
                return


def _cost(row: Cells) -> str:
    """Return the CPU time of a point and step, which other work on the machine does not change, if the table has it."""
    return row.get("cpu_us_per_point_step", row["us_per_point_step"])


def _campaign(rows: Sequence[Cells]) -> Iterator[str]:
    for row in rows[-1:]:
        yield f"CPU time of the campaign: {row['cpu_s']} s ({row['jobs']} jobs)"


def _rows(table: Path) -> list[Cells]:
    """Return the rows of a table, none if this campaign has no such table."""
    return read_made(table) if table.exists() else []
