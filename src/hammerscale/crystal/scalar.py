"""What the crystal law is written for: scalars, be they numbers, arrays of numbers, or symbols of a kernel.

The functions of the law contain arithmetic, comparisons and a few functions of NumPy, and nothing else. Python runs
them on numbers, Numba compiles them as they are, and the backend runs them on symbols to write out vector kernels.
"""

from collections.abc import Sequence
from functools import reduce
from operator import add, mul
from typing import Any, TypeAlias

# A float, an array of floats, or a `Symbol` of the backend: anything that arithmetic and NumPy's functions accept.
Scalar: TypeAlias = Any
Scalars: TypeAlias = Sequence[Any]


def total(values: Scalars) -> Scalar:
    """Return the sum of one or more scalars, from left to right."""
    return reduce(add, values)


def dot(a: Scalars, b: Scalars) -> Scalar:
    """Return Σ a_k b_k of scalars (n,), from left to right."""
    return total(list(map(mul, a, b)))
