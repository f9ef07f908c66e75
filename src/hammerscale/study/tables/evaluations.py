"""What `evaluate` found, read back: one row per model and family of test paths."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hammerscale.errors import InputError
from hammerscale.store.sealed_json import read_sealed_json

ALL_FAMILIES = "all"
PRESSURE_ONLY = "pressure only"
REMEDY = "give files that `hammerscale evaluate` wrote"
Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Evaluation:
    """The errors of one model on the test paths of one data set.

    Attributes
    ----------
    surrogate : name in the config
    learned_from, tested_on : data sets
    train_paths, seed : how it was trained
    errors : the table of errors, as `evaluate` wrote it
    trained : report of the training
    """

    surrogate: str
    learned_from: str
    tested_on: str
    train_paths: int
    seed: int
    errors: Numbers
    trained: Numbers

    @property
    def families(self) -> tuple[str, ...]:
        """Families of the test paths."""
        return tuple(self.errors["families"])

    def of_family(self, family: str) -> Numbers:
        """Return the errors on the paths of one family, or of all of them."""
        return _of_family(self.errors, family)

    def pressure_only(self, family: str) -> Numbers:
        """Return the errors of the pressure alone on the same paths; empty where physics does not give it."""
        return _of_family(self.errors["pressure_only"], family) if "pressure_only" in self.errors else {}


def _of_family(errors: Numbers, family: str) -> Numbers:
    found: Numbers = errors if family == ALL_FAMILIES else errors["families"][family]
    return found


def read_evaluation(file: Path) -> Evaluation:
    """Return what a file written by `evaluate` holds."""
    if not file.is_file():
        raise InputError(f"there is no table of errors {file}", remedy=REMEDY)
    document: Numbers = read_sealed_json(file)
    try:
        trained = document["trained"]
        return Evaluation(
            surrogate=trained["surrogate"],
            learned_from=trained["dataset"],
            tested_on=document["dataset"],
            train_paths=trained["train_paths"],
            seed=trained["seed"],
            errors=document,
            trained=trained,
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{file} is no table of errors ({type(error).__name__}: {error})", remedy=REMEDY) from error


def read_evaluations(files: Sequence[Path]) -> list[Evaluation]:
    """Return all evaluations, sorted by data sets, surrogate, size and seed."""
    found = [read_evaluation(file) for file in files]
    return sorted(found, key=lambda one: (one.learned_from, one.tested_on, one.surrogate, one.train_paths, one.seed))


def with_all(evaluation: Evaluation) -> Iterator[str]:
    """Yield all families together first where there are several, then each of them."""
    if len(evaluation.families) > 1:
        yield ALL_FAMILIES
    yield from evaluation.families
