"""Comparisons of a campaign's surrogates with reference data: rows of a table, each set next to a model's errors."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from hammerscale.config.dataset import Dataset
from hammerscale.config.machinery.section import Conflict, FileName, Integer, Section, Slug
from hammerscale.config.machinery.spelling import suggest
from hammerscale.config.surrogates import SurrogateSection, families_tested
from hammerscale.errors import InputError
from hammerscale.inputs import read_input

COMMENT = "#"
# What a table of reference data may hold, by the names that our own numbers have, errors in per cent.
COMPARED = ("train_paths", "test_paths", "pca_input", "pca_output", "training_error", "test_error")


class ComparedModel(Section):
    """A row of reference data, and the model that is compared with it."""

    row: Integer = Field(ge=0, description="number of the row, in the first column of the table")
    surrogate: Slug = Field(description="surrogate that is compared")
    tested_on: Slug = Field(description="data set of the test paths")
    family: Slug = Field(description="family of the test paths")
    train_paths: Annotated[Integer, Field(ge=1)] | None = Field(
        default=None, description="training paths of the model, by default the most it has"
    )


class Comparison(Section):
    """A table of reference data, and the models that are compared with its rows."""

    file: FileName = Field(
        examples=["config/reference/liu_2022_errors.csv"],
        description=f"table, CSV; columns called {', '.join(COMPARED)} are shown next to ours, others come first",
    )
    rows: tuple[ComparedModel, ...] = Field(min_length=1, description="rows and the models compared with them")


def misplaced_rows(
    comparisons: Mapping[str, Comparison], surrogates: Mapping[str, SurrogateSection], datasets: Mapping[str, Dataset]
) -> Iterator[Conflict]:
    """Yield rows whose surrogate, data set, family or number of training paths does not exist."""
    for name, comparison in comparisons.items():
        for i, row in enumerate(comparison.rows):
            for key, allowed, words in _allowed(row, surrogates, datasets):
                value = getattr(row, key)
                if value is not None and value not in allowed:
                    known = ", ".join(map(str, allowed)) or "none"
                    guess = suggest(str(value), list(map(str, allowed)))
                    yield Conflict((name, "rows", i, key), f"must be one of {words}: {known}", guess)
                    break


def _allowed(
    row: ComparedModel, surrogates: Mapping[str, SurrogateSection], datasets: Mapping[str, Dataset]
) -> Iterator[tuple[str, tuple[object, ...], str]]:
    """Yield the keys of a row with their allowed values, each of which depends on the one before."""
    yield "surrogate", tuple(surrogates), "the surrogates"
    surrogate = surrogates[row.surrogate]
    yield "train_paths", surrogate.train_paths or (), "the train_paths of its surrogate"
    yield "tested_on", surrogate.tests, "the data sets that its surrogate is tested on"
    if row.tested_on in datasets:
        yield "family", tuple(sorted(families_tested(datasets[row.tested_on]))), "the families of the test paths there"


def read_reference(file: Path) -> dict[int, dict[str, str]]:
    """Return the rows of a table of reference data by their numbers; empty cells are left out of their row."""
    try:
        text = read_input(file).decode()
        lines = (line for line in text.splitlines() if not line.startswith(COMMENT))
        rows = [{key: value for key, value in row.items() if value} for row in csv.DictReader(lines)]
        return {int(next(iter(row.values()))): row for row in rows}
    except (OSError, ValueError, StopIteration) as error:
        raise InputError(
            f"{file} is no table of reference data ({type(error).__name__}: {error})",
            "models are compared with its rows",
            "give a CSV file whose first column numbers the rows",
        ) from error


def reference_row(comparison: Comparison, number: int) -> dict[str, str]:
    """Return a row of the reference data by its number; one that is not there is refused."""
    rows = read_reference(Path(comparison.file))
    if number not in rows:
        raise InputError(
            f"{comparison.file} has no row {number}",
            "a model is to be compared with it",
            f"choose one of {', '.join(map(str, rows))}",
        )
    return rows[number]
