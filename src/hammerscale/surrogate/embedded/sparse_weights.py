"""Few non-negative weights with sum 1 whose combination of columns is nearest to a target."""

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.optimize import nnls

from hammerscale.arrays import FloatArray

Columns = npt.NDArray[np.int64]
# Relative to the mean diagonal of the Gram matrix: columns may be nearly equal, and a row holds the sum of weights.
RIDGE, SUM_ROW = 1e-8, 10.0
# Fraction of the columns in excess that goes at once.
DROPPED = 0.1


def gram(columns: FloatArray, target: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the normal equations (n, n), (n,) of columns (r, n) for a target (r,), with a row for Σw = 1."""
    matrix = columns.T @ columns
    scale = float(np.trace(matrix)) / len(matrix)
    matrix += SUM_ROW * scale
    matrix[np.diag_indices_from(matrix)] += RIDGE * scale
    return matrix, columns.T @ target + SUM_ROW * scale


def non_negative(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Return the weights (n,) >= 0 that minimise ½ w·M w - r·w."""
    lower = np.linalg.cholesky(matrix)
    return np.asarray(nnls(lower.T, solve_triangular(lower, right, lower=True), maxiter=30 * len(right))[0])


def sparse_weights(matrix: FloatArray, right: FloatArray, size: int) -> tuple[Columns, FloatArray]:
    """Return at most `size` columns and their weights, positive with sum 1, for normal equations from `gram`.

    Starting from all columns that the non-negative least-squares solution uses, those go first whose loss, the others
    adapting, costs least: w²/(M⁻¹)ᵢᵢ.
    """
    chosen = np.arange(len(right))
    while True:
        weights = non_negative(matrix[np.ix_(chosen, chosen)], right[chosen])
        chosen, weights = chosen[weights > 0.0], weights[weights > 0.0]
        excess = chosen.size - size
        if excess <= 0:
            return chosen, weights / weights.sum()
        inverse = cho_solve(cho_factor(matrix[np.ix_(chosen, chosen)]), np.eye(chosen.size))
        order = np.argsort(weights**2 / np.diag(inverse), kind="stable")
        chosen = np.sort(chosen[order[max(1, int(DROPPED * excess)) :]])
