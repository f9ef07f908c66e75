"""Linear maps with constant matrices: zeros are dropped, ones are not multiplied, equal sums are formed once.

Crystal symmetry pairs systems: their coefficients agree up to signs. Sums and differences of paired inputs or
outputs then halve the work.
"""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.scalar import Scalar, Scalars, total

NEGLIGIBLE = 1e-13


def linear_map(matrix: FloatArray, inputs: Scalars) -> list[Scalar]:
    """Return matrix (r, c) @ inputs (c,)."""
    matrix, inputs = _pair_inputs(matrix, inputs)
    outputs: dict[int, Scalar] = {}
    for row in range(len(matrix)):
        if row in outputs:
            continue
        partner = _partner(matrix, row, outputs)
        if partner is None:
            outputs[row] = combination(matrix[row], inputs)
        else:
            outputs[row], outputs[partner] = _paired_outputs(matrix[row], matrix[partner], inputs)
    return [outputs[row] for row in range(len(matrix))]


def shifted_map(matrix: FloatArray, inputs: Scalars) -> list[Scalar]:
    """Return matrix (r, c) @ inputs (c,), its most frequent entry taken out: it multiplies the sum of the inputs."""
    entries, counts = np.unique(matrix, return_counts=True)
    usual = float(entries[counts.argmax()])
    base = usual * total(inputs)
    rest = linear_map(matrix - usual, inputs)
    return [base + value for value in rest]


def combination(coefficients: FloatArray, values: Scalars) -> Scalar:
    """Return Σ c_i value_i; 0 where nothing is left."""
    result: Scalar = None
    for c, value in zip(coefficients.tolist(), values, strict=True):
        if abs(c) < NEGLIGIBLE:
            continue
        unit = abs(abs(c) - 1.0) < NEGLIGIBLE
        if result is None:
            result = (value if c > 0 else -value) if unit else c * value
            continue
        term = value if unit else abs(c) * value
        result = result + term if c > 0 else result - term
    return 0.0 if result is None else result


def _same_size(a: FloatArray, b: FloatArray) -> bool:
    return bool((np.abs(np.abs(a) - np.abs(b)) < NEGLIGIBLE).all())


def _vanishes(a: FloatArray) -> bool:
    return not np.abs(a).max() > NEGLIGIBLE


def _partner(rows: FloatArray, first: int, done: dict[int, Scalar] | set[int]) -> int | None:
    """Return the next row that agrees with the first one up to signs and has no partner yet."""
    later = (row for row in range(first + 1, len(rows)) if row not in done)
    return next((row for row in later if _same_size(rows[first], rows[row])), None)


def _halves(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the entries of a that b shares, and those that b has with the other sign."""
    same = np.where(np.abs(a - b) < NEGLIGIBLE, a, 0.0)
    return same, a - same


def _paired_outputs(first: FloatArray, second: FloatArray, inputs: Scalars) -> tuple[Scalar, Scalar]:
    """Return two outputs whose rows agree up to signs, even + odd and even - odd."""
    same, opposite = _halves(first, second)
    even, odd = combination(same, inputs), combination(opposite, inputs)
    if _vanishes(opposite):
        return even, even
    if _vanishes(same):
        return odd, -odd
    return even + odd, even - odd


def _pair_inputs(matrix: FloatArray, inputs: Scalars) -> tuple[FloatArray, Scalars]:
    """Replace pairs of inputs whose columns agree up to signs by their sum and difference."""
    if _vanishes(matrix):
        return matrix, list(inputs)
    columns: list[FloatArray] = []
    values: list[Scalar] = []
    done: set[int] = set()
    for i, column in enumerate(matrix.T):
        if i in done:
            continue
        partner = None if _vanishes(column) else _partner(matrix.T, i, done)
        if partner is None:
            columns.append(column)
            values.append(inputs[i])
            continue
        done.add(partner)
        same, opposite = _halves(column, matrix[:, partner])
        if not _vanishes(same):
            columns.append(same)
            values.append(inputs[i] + inputs[partner])
        if not _vanishes(opposite):
            columns.append(opposite)
            values.append(inputs[i] - inputs[partner])
    return np.stack(columns, axis=1), values
