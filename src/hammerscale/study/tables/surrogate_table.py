"""The table of all surrogates of a campaign: total and deviatoric errors, with the pressure alone as yardstick."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hammerscale.study.tables.evaluations import PRESSURE_ONLY, Evaluation, Numbers, read_evaluations, with_all
from hammerscale.study.tables.table import Row, write_table

LABELS = ("learned_from", "tested_on", "family", "surrogate", "train_paths", "seed", "paths")
# Columns of errors: which norm, and which statistic over paths other than the mean.
ERRORS = {
    "total": ("total", ""),
    "deviatoric": ("deviatoric", ""),
    "paper_metric": ("paper_metric", ""),
    "total_p95": ("total", "p95"),
    "deviatoric_p95": ("deviatoric", "p95"),
    "total_max": ("total", "max"),
    "deviatoric_max": ("deviatoric", "max"),
}
COST = ("training_cpu_s",)
PERCENT = 100.0


def write_surrogate_table(files: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Write the table of what `evaluate` wrote to `files` into every output; errors in per cent."""
    rows = list(table_rows(read_evaluations(files)))
    columns = [*LABELS, *(f"{name}_percent" for name in ERRORS), *COST]
    for output in outputs:
        write_table(output, columns, rows)


def table_rows(evaluations: Sequence[Evaluation]) -> Iterator[Row]:
    """Yield a row per model and family; the pressure alone stands above the models that are to beat it."""
    known: set[tuple[str, str, str]] = set()
    # A surrogate stands with its other sizes, family by family.
    for family in dict.fromkeys(name for one in evaluations for name in with_all(one)):
        for one in evaluations:
            if family not in with_all(one):
                continue
            place = (one.learned_from, one.tested_on, family)
            alone = one.pressure_only(family)
            if alone and place not in known:
                known.add(place)
                yield {**_labels(one, family, alone), "surrogate": PRESSURE_ONLY, **_errors(alone)}
            errors = one.of_family(family)
            size = {"train_paths": one.train_paths, "seed": one.seed, "training_cpu_s": one.trained["training_cpu_s"]}
            yield {**_labels(one, family, errors), "surrogate": one.surrogate, **size, **_errors(errors)}


def _labels(evaluation: Evaluation, family: str, errors: Numbers) -> Row:
    names = {"learned_from": evaluation.learned_from, "tested_on": evaluation.tested_on}
    return {**names, "family": family, "paths": errors["paths"]}


def _errors(errors: Numbers) -> Row:
    """Return the errors [%] by column; histories that are no tensors have some of them only."""
    found: dict[str, object] = {}
    for name, (norm, statistic) in ERRORS.items():
        values = errors[statistic] if statistic else errors
        if norm in values:
            found[f"{name}_percent"] = PERCENT * values[norm]
    return found
