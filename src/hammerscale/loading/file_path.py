"""A strain path from a CSV file as a path family."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.inputs import read_input
from hammerscale.keys import FileName, Meaning
from hammerscale.kinds import PLANE, Block
from hammerscale.loading.path import check_admissible
from hammerscale.loading.recipe import KNOTS, Draw
from hammerscale.tensor.voigt import IDENTITY

HEADER = ["t", "U11", "U22", "U33", "U12", "U23", "U13"]
# Components of U that plane strain fixes, and their values.
OUT_OF_PLANE, AT_REST = [2, 4, 5], (1.0, 0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class FilePath(Block):
    """One path read from a file."""

    family: Literal["file"]
    file: Annotated[
        FileName,
        Meaning(
            "CSV with the header t,U11,U22,U33,U12,U23,U13: knots of the stretch, t rising from 0 to 1",
            "paths/measured.csv",
        ),
    ]

    @property
    def named_file(self) -> str:
        """File that holds the path."""
        return self.file

    def draw(self, dimension: int, rng: np.random.Generator) -> Draw:
        """Return the path of the file, which must be admissible and lie in the plane of a 2-D cell."""
        times, stretch = read_path_file(Path(self.file))
        found = Draw(KNOTS, times, stretch)
        check_admissible(found.path(), f"the path in {self.file}")
        if dimension == PLANE and (stretch[:, OUT_OF_PLANE] != AT_REST).any():
            raise InputError(
                f"the path in {self.file} leaves the plane", remedy="a 2-D cell needs U33 = 1, U23 = U13 = 0"
            )
        return found


def read_path_file(file: Path) -> tuple[FloatArray, FloatArray]:
    """Return knot times (n,) from 0 to 1 and stretches (n, 6) from I of a CSV, t,U11,U22,U33,U12,U23,U13."""
    try:
        # Spreadsheets begin UTF-8 with a mark of their own.
        reader = csv.reader(io.StringIO(read_input(file).decode("utf-8-sig"), newline=""))
        rows = [(reader.line_num, row) for row in reader if any(text.strip() for text in row)]
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file} is no CSV text: {error}", remedy="save it as CSV in UTF-8") from error
    if not rows or [name.strip() for name in rows[0][1]] != HEADER:
        raise InputError(f"{file}: the first line must be {','.join(HEADER)}")
    if len(rows) < 3:
        raise InputError(f"{file}: a path needs at least two knots")
    values = np.array([_numbers(file, line, row) for line, row in rows[1:]])
    times, stretch = values[:, 0].copy(), values[:, 1:].copy()
    _require_rest_and_unit_time(file, times, stretch)
    return times, stretch


def _numbers(file: Path, line: int, row: list[str]) -> list[float]:
    """Return the numbers of a line."""
    try:
        numbers = [float(text) for text in row]
    except ValueError:
        numbers = []
    if len(numbers) != len(HEADER) or not np.isfinite(numbers).all():
        raise InputError(f"{file}, line {line}: expected {len(HEADER)} finite numbers, got {','.join(row)!r}")
    return numbers


def _require_rest_and_unit_time(file: Path, times: FloatArray, stretch: FloatArray) -> None:
    """Raise an `InputError` unless the path starts at rest and its time rises from 0 to 1."""
    if times[0] != 0.0 or times[-1] != 1.0 or (np.diff(times) <= 0.0).any():
        raise InputError(
            f"{file}: t must rise from 0 to 1, it goes from {times[0]:g} to {times[-1]:g}",
            "t is normalised: the length of the path is duration_s of the data set",
            "divide the times by the last one and sort the lines",
        )
    if (stretch[0] != IDENTITY).any():
        raise InputError(
            f"{file}: the first line must be U = I (1,1,1,0,0,0), it is {','.join(f'{u:g}' for u in stretch[0])}",
            "a simulation starts undeformed and without stress",
            "begin the path at rest",
        )
