"""Numbers that are not known yet: each operation with one becomes a line of a kernel.

A function of the crystal law that runs on symbols instead of numbers writes itself out: its loops over systems are
unrolled, its branches on constants are taken, and straight-line code is left.
"""

from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import Any

import numpy as np

# NumPy's functions, as the kernels call them: branch-free and of stated accuracy (`crystal.elementary`).
FUNCTIONS: dict[object, str] = {
    np.exp: "decay(-{})",
    np.log2: "rough_log2({})",
    np.exp2: "rough_exp2({})",
    np.sqrt: "np.sqrt({})",
    np.logical_not: "not {}",
}
LARGEST_PRODUCT = 12


def text_of(value: object) -> str:
    """Return the text of a symbol or a constant."""
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    number = float(value)  # type: ignore[arg-type]
    return "np.nan" if np.isnan(number) else repr(number)


def _operation(form: str) -> Callable[..., "Symbol"]:
    """Return a method that writes an operation of the symbol {0} with another operand {1}."""
    return lambda self, *others: self.write(form.format(self.name, *map(text_of, others)))


class Symbol:
    """A number of one lane.

    Parameters
    ----------
    name : of the variable that holds it
    body : lines of the kernel, to which operations add theirs
    """

    def __init__(self, name: str, body: list[str]) -> None:
        self.name = name
        self.body = body

    def write(self, text: str) -> "Symbol":
        """Return a new symbol whose value is an expression."""
        return assign(text, self.body)

    __add__, __radd__ = _operation("{0} + {1}"), _operation("{1} + {0}")
    __sub__, __rsub__ = _operation("{0} - {1}"), _operation("{1} - {0}")
    __mul__, __rmul__ = _operation("{0} * {1}"), _operation("{1} * {0}")
    __truediv__, __rtruediv__ = _operation("{0} / {1}"), _operation("{1} / {0}")
    __neg__, __abs__ = _operation("-{0}"), _operation("abs({0})")
    __lt__, __le__ = _operation("{0} < {1}"), _operation("{0} <= {1}")
    __gt__, __ge__ = _operation("{0} > {1}"), _operation("{0} >= {1}")
    __eq__, __ne__ = _operation("{0} == {1}"), _operation("{0} != {1}")  # type: ignore[assignment]
    __and__, __rand__ = _operation("{0} & {1}"), _operation("{1} & {0}")
    __or__, __ror__ = _operation("{0} | {1}"), _operation("{1} | {0}")
    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        """Refuse a branch: the lanes of a vector may differ."""
        raise TypeError("a law branches on a number that differs from lane to lane: use np.where")

    def __pow__(self, exponent: float) -> "Symbol":
        """Write a power; by products where it is a small integer, because pow is a scalar call."""
        if exponent == -1.0 / 3.0:
            return self.write(f"inverse_cube_root({self.name})")
        if exponent == int(exponent) and 1 <= exponent <= LARGEST_PRODUCT:
            return self.write(" * ".join([self.name] * int(exponent)))
        if exponent > LARGEST_PRODUCT and exponent == int(exponent):
            return self._squared(int(exponent))
        if exponent > 0.0 and 4.0 * exponent == int(4.0 * exponent):
            return self._rooted(exponent)
        return self.write(f"power({self.name}, {text_of(exponent)})")

    def _squared(self, exponent: int) -> "Symbol":
        """Write a power by squares: 2 log2 n products instead of n."""
        half = self ** (exponent // 2)
        square = half * half
        return square * self if exponent % 2 else square

    def _rooted(self, exponent: float) -> "Symbol":
        """Write a power whose exponent is a multiple of one quarter, by products and square roots."""
        whole, quarters = int(exponent), int(4.0 * exponent) % 4
        root = np.sqrt(self)
        parts = [self**whole] if whole else []
        parts += [root] if quarters >= 2 else []
        parts += [np.sqrt(root)] if quarters % 2 else []
        return reduce(mul, parts)

    def __array_ufunc__(self, function: object, method: str, *inputs: Any) -> "Symbol":
        """Write a call of one of NumPy's functions of one number."""
        if function not in FUNCTIONS:
            raise TypeError(f"kernels have no counterpart of {function}")
        return self.write(FUNCTIONS[function].format(*map(text_of, inputs)))

    def __array_function__(self, function: object, types: object, inputs: Any, options: object) -> "Symbol":
        """Write a choice between two numbers, NumPy's `where`."""
        if function is not np.where:
            raise TypeError(f"kernels have no counterpart of {function}")
        return self.write(f"select({', '.join(map(text_of, inputs))})")


def assign(text: str, body: list[str]) -> Symbol:
    """Add a line that gives an expression a name of its own, and return that symbol."""
    symbol = Symbol(f"x{len(body)}", body)
    body.append(f"{symbol.name} = {text}")
    return symbol


class SymbolicPlane:
    """One named plane of a block; reading and writing an entry adds a line."""

    def __init__(self, name: str, body: list[str]) -> None:
        self._name = name
        self._body = body

    def __getitem__(self, row: int) -> Symbol:
        """Read an entry."""
        return assign(f"{self._name}[{row}, i]", self._body)

    def __setitem__(self, row: int, value: object) -> None:
        """Write an entry."""
        self._body.append(f"{self._name}[{row}, i] = {text_of(value)}")


class SymbolicLane:
    """The numbers of one grain in a block, by name: fields are numbers, planes hold several."""

    _fields: tuple[str, ...]
    _body: list[str]

    def __init__(self, fields: tuple[str, ...], body: list[str]) -> None:
        self.__dict__.update(_fields=fields, _body=body)

    def __getattr__(self, name: str) -> Symbol | SymbolicPlane:
        """Read a field, or return a plane."""
        return assign(f"{name}[i]", self._body) if name in self._fields else SymbolicPlane(name, self._body)

    def __setattr__(self, name: str, value: object) -> None:
        """Write a field."""
        self._body.append(f"{name}[i] = {text_of(value)}")
