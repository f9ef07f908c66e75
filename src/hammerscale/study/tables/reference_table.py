"""Errors of a campaign's models next to reference data: of the reduction, of training and of test, and the deviator."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hammerscale.config import Config
from hammerscale.config.comparison import COMPARED, Comparison, reference_row
from hammerscale.plan.model_jobs import evaluation_file, first_model
from hammerscale.study.tables.evaluations import Evaluation, Numbers, read_evaluation
from hammerscale.study.tables.table import Row, write_table

PERCENT = 100.0
DEVIATORIC = ("training_deviatoric", "test_deviatoric", "test_pressure_only")


def write_reference_table(config: Config, name: str, outputs: Sequence[Path]) -> None:
    """Write the rows of a comparison of the config into every output.

    The labels of the reference data stand first, then our numbers, each before that of the reference. Errors are in
    per cent and in the metric of Liu et al. where the data have it; in the plane they are the total error.
    """
    comparison = config.comparison(name)
    labels = dict.fromkeys(
        key for one in comparison.rows for key in reference_row(comparison, one.row) if key not in COMPARED
    )
    pairs = (f"{key}{source}" for key in COMPARED for source in ("", "_reference"))
    columns = [*labels, "surrogate", *pairs, *DEVIATORIC]
    rows = list(comparison_rows(config, comparison))
    for output in outputs:
        write_table(output, columns, rows)


def comparison_rows(config: Config, comparison: Comparison) -> Iterator[Row]:
    """Yield the rows of the reference data in their order, each with what `evaluate` found for its model."""
    for one in sorted(comparison.rows, key=lambda one: one.row):
        model = first_model(config, one.surrogate, one.train_paths)
        evaluation = read_evaluation(evaluation_file(config, model, one.tested_on))
        published = reference_row(comparison, one.row)
        theirs = {f"{key}_reference": published.pop(key) for key in COMPARED if key in published}
        yield {**published, "surrogate": one.surrogate, **our_numbers(evaluation, one.family), **theirs}


def our_numbers(evaluation: Evaluation, family: str) -> Row:
    """Return our numbers by column; the errors [%] of the reduction and of training are on the training paths."""
    test, training = evaluation.of_family(family), evaluation.trained["training"]
    found: dict[str, object] = {
        "train_paths": evaluation.trained["train_paths"],
        "test_paths": test["paths"],
        "training_error": PERCENT * _compared(training),
        "test_error": PERCENT * _compared(test),
    }
    found |= {f"pca_{side}": PERCENT * error for side, error in training.get("pca", {}).items()}
    for name, errors in (("training", training), ("test", test)):
        if "deviatoric" in errors:
            found[f"{name}_deviatoric"] = PERCENT * errors["deviatoric"]
    if alone := evaluation.pressure_only(family):
        found["test_pressure_only"] = PERCENT * _compared(alone)
    return found


def _compared(errors: Numbers) -> float:
    return float(errors.get("paper_metric", errors["total"]))
