"""Read one strain path from a CSV file."""

import csv
from pathlib import Path

import numpy as np

from hammerscale.errors import InputError
from hammerscale.tensor.voigt import FloatArray

HEADER = ["t", "U11", "U22", "U33", "U12", "U23", "U13"]


def read_path_file(file: Path) -> tuple[FloatArray, FloatArray]:
    """Return knot times (n,) and stretches (n, 6) of a CSV with the header t,U11,U22,U33,U12,U23,U13."""
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.reader(stream))
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    if not rows or [name.strip() for name in rows[0]] != HEADER:
        raise InputError(f"{file}: the first line must be {','.join(HEADER)}")
    if len(rows) < 3:
        raise InputError(f"{file}: a path needs at least two knots")
    values = np.empty((len(rows) - 1, len(HEADER)))
    for line, row in enumerate(rows[1:], start=2):
        try:
            values[line - 2] = [float(text) for text in row]
        except ValueError as error:
            raise InputError(f"{file}, line {line}: expected {len(HEADER)} numbers, got {','.join(row)!r}") from error
    return values[:, 0].copy(), values[:, 1:].copy()
