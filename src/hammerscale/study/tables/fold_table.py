"""The table of cross-validations: mean and spread over the folds, one row per surrogate."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hammerscale.errors import InputError
from hammerscale.store.folder import verify_folder
from hammerscale.study.tables.evaluations import Numbers
from hammerscale.study.tables.table import Row, write_table
from hammerscale.surrogate.model_folder import read_report

NORMS = ("total", "deviatoric")
LABELS = ("learned_from", "surrogate", "folds_by", "folds", "paths", "seed")
PERCENT = 100.0


def write_folds(folders: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Write a row for each surrogate whose models of all folds lie in `folders`, errors in per cent."""
    by_surrogate: dict[tuple[str, str], list[Numbers]] = {}
    for folder in folders:
        verify_folder(folder)
        report = read_report(folder)
        by_surrogate.setdefault((str(report["dataset"]), str(report["surrogate"])), []).append(report)
    rows = [_row(*names, reports) for names, reports in by_surrogate.items()]
    errors = [f"{norm}_{part}percent" for norm in NORMS for part in ("", "spread_", "worst_")]
    for output in outputs:
        write_table(output, [*LABELS, *errors], rows)


def _row(dataset: str, surrogate: str, reports: Sequence[Numbers]) -> Row:
    """Return mean, standard deviation and maximum over the folds of a surrogate."""
    cuts = [report.get("fold") or {"number": -1, "folds": 0, "by": ""} for report in reports]
    first = cuts[0]
    if sorted(cut["number"] for cut in cuts) != list(range(first["folds"])):
        raise InputError(
            f"the models of surrogate {surrogate} are not those of all its folds",
            "a mean over some of the folds would pass for one over all",
            "give the folders of all folds, each once",
        )
    tests = [report["test"] for report in reports]
    row: dict[str, object] = {
        "learned_from": dataset,
        "surrogate": surrogate,
        "folds_by": first["by"],
        "folds": first["folds"],
        "paths": sum(test["paths"] for test in tests),
        "seed": reports[0]["seed"],
    }
    for norm in NORMS:
        if all(norm in test for test in tests):
            errors = PERCENT * np.array([test[norm] for test in tests])
            row[f"{norm}_percent"] = float(errors.mean())
            row[f"{norm}_spread_percent"] = float(errors.std(ddof=1))
            row[f"{norm}_worst_percent"] = float(errors.max())
    return row
