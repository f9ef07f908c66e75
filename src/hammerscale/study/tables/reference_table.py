"""The paper's Table 1 with ours beside it: errors of the reduction, of training and of test, and the deviator."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hammerscale.campaign.models import evaluation_file, first_model
from hammerscale.config import Config
from hammerscale.errors import InputError
from hammerscale.study.tables.evaluations import Evaluation, Numbers, read_evaluation
from hammerscale.study.tables.table import Row, read_csv, write_table

PERCENT = 100.0
# The paper's columns, which stand first, and behind each of ours the paper's value.
PAPER_LABELS = ("case", "model", "max_strain_percent", "training", "test", "modes")
OURS = ("train_paths", "test_paths", "pca_input", "pca_output", "training_error", "test_error")
DEVIATORIC = ("training_deviatoric", "test_deviatoric", "test_pressure_only")


def compare_with_paper(config: Config, paper_file: Path, outputs: Sequence[Path]) -> None:
    """Write the cases that the config's surrogates reproduce, ours and the paper's, into every output.

    The errors are the paper's metric in per cent, where the data have it; in the plane they are the total error.
    """
    paper = {int(row["case"]): row for row in read_csv(paper_file)}
    rows = sorted(comparison_rows(config, paper), key=lambda row: int(str(row["case"])))
    if not rows:
        raise InputError("no surrogate of this config has `paper_cases`", remedy="name the cases that it reproduces")
    columns = [
        *PAPER_LABELS,
        "surrogate",
        *(f"{name}{source}" for name in OURS for source in ("", "_paper")),
        *DEVIATORIC,
    ]
    for output in outputs:
        write_table(output, columns, rows)


def comparison_rows(config: Config, paper: dict[int, dict[str, str]]) -> Iterator[Row]:
    """Yield a row per case from what `evaluate` found for the model of each case."""
    for name, surrogate in config.surrogates.items():
        for case in surrogate.paper_cases or ():
            model = first_model(config, name, case.train_paths)
            evaluation = read_evaluation(evaluation_file(config, model, case.tested_on))
            published = paper[case.case]
            labels = {key: published.get(key) for key in PAPER_LABELS}
            theirs = {f"{key}_paper": published.get(key) for key in OURS}
            yield {**labels, "surrogate": name, **our_errors(evaluation, case.family), **theirs}


def our_errors(evaluation: Evaluation, family: str) -> Row:
    """Return our numbers [%] by column; the errors of the reduction and of training are on the training paths."""
    test, training = evaluation.of_family(family), evaluation.trained["training"]
    found: dict[str, object] = {
        "train_paths": evaluation.trained["train_paths"],
        "test_paths": test["paths"],
        "training_error": PERCENT * _paper_metric(training),
        "test_error": PERCENT * _paper_metric(test),
    }
    found |= {f"pca_{side}": PERCENT * error for side, error in training.get("pca", {}).items()}
    for name, errors in (("training", training), ("test", test)):
        if "deviatoric" in errors:
            found[f"{name}_deviatoric"] = PERCENT * errors["deviatoric"]
    if alone := evaluation.pressure_only(family):
        found["test_pressure_only"] = PERCENT * _paper_metric(alone)
    return found


def _paper_metric(errors: Numbers) -> float:
    return float(errors.get("paper_metric", errors["total"]))
