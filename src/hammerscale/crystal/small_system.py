"""Symmetric positive systems of a few equations, without pivots: A = L D Lᵀ."""

from hammerscale.crystal.scalar import Scalar, Scalars


def factorise(matrix: dict[tuple[int, int], Scalar], size: int) -> list[Scalar]:
    """Return the entries of L below its unit diagonal, row by row, then those of 1/D, of a matrix's upper triangle."""
    lower: dict[tuple[int, int], Scalar] = {}
    inverse: list[Scalar] = []
    diagonal: list[Scalar] = []
    for k in range(size):
        pivot = matrix[k, k]
        for m in range(k):
            pivot = pivot - lower[k, m] * lower[k, m] * diagonal[m]
        diagonal.append(pivot)
        inverse.append(1.0 / pivot)
        for r in range(k + 1, size):
            entry = matrix[k, r]
            for m in range(k):
                entry = entry - lower[r, m] * lower[k, m] * diagonal[m]
            lower[r, k] = entry * inverse[k]
    return [*(lower[r, k] for r in range(size) for k in range(r)), *inverse]


def solve(factors: Scalars, right: Scalars) -> list[Scalar]:
    """Return the solution (n,) for a right side (n,) from what `factorise` returns."""
    size = len(right)
    lower = {(r, k): factors[r * (r - 1) // 2 + k] for r in range(size) for k in range(r)}
    inverse = factors[size * (size - 1) // 2 :]
    x = list(right)
    for r in range(size):
        for k in range(r):
            x[r] = x[r] - lower[r, k] * x[k]
    x = [value * scale for value, scale in zip(x, inverse, strict=True)]
    for r in reversed(range(size)):
        for k in range(r + 1, size):
            x[r] = x[r] - lower[k, r] * x[k]
    return x
