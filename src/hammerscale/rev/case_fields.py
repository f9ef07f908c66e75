"""Typed access to the fields of a case file: a wrong type or a missing field is an error that names the field."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.config.spelling import suggest
from hammerscale.errors import InputError


@dataclass(frozen=True)
class Fields:
    """One JSON object of a case.

    Attributes
    ----------
    data : the object
    where : prefix of its field names in messages, as in "params.twin."
    known : names that somebody asked for
    """

    data: dict[str, object]
    where: str = ""
    known: set[str] = field(default_factory=set)

    def __contains__(self, name: str) -> bool:
        self.known.add(name)
        return name in self.data

    def refuse_unknown(self, also: Iterable[str] = ()) -> None:
        """Refuse fields that nobody asked for and that are not among `also`: their numbers would change nothing."""
        known = self.known.union(also)
        for name in self.data:
            if name not in known:
                near = suggest(name, sorted(known))
                raise InputError(
                    f"the field '{self.where}{name}' is unknown",
                    "it would be ignored",
                    f"did you mean '{near}'?" if near else f"known fields: {', '.join(sorted(known))}",
                )

    def value(self, name: str) -> object:
        """Return a field of any type."""
        if name not in self:
            raise InputError(f"the field '{self.where}{name}' is missing")
        return self.data[name]

    def section(self, name: str) -> "Fields":
        """Return a field that is an object."""
        return self._object(self.value(name), f"{self.where}{name}")

    def sections(self, name: str) -> Iterator["Fields"]:
        """Yield the objects of a field that is a list of them."""
        value = self.value(name)
        if not isinstance(value, list):
            raise InputError(f"the field '{self.where}{name}' must be a list of objects, got {_short(value)}")
        for i, item in enumerate(value):
            yield self._object(item, f"{self.where}{name}[{i}]")

    def number(
        self,
        name: str,
        default: float | None = None,
        above: float = -math.inf,
        at_least: float = -math.inf,
        at_most: float = math.inf,
    ) -> float:
        """Return a field that is a finite number within its bounds; `default` where it is missing."""
        if default is not None and name not in self:
            return float(default)
        value = self.value(name)
        number = _finite(value)
        if not (number > above and at_least <= number <= at_most):
            bounds = {"above": above, "at least": at_least, "at most": at_most}
            wanted = [f"{word} {bound:g}" for word, bound in bounds.items() if math.isfinite(bound)]
            text = f" {' and '.join(wanted)}" if wanted else ""
            raise InputError(f"the field '{self.where}{name}' must be a finite number{text}, got {_short(value)}")
        return number

    def whole(self, name: str, default: int | None = None, at_least: int = 0, at_most: int = 1_000_000_000) -> int:
        """Return a field that is a whole number within its bounds; `default` where it is missing."""
        number = self.number(name, default, at_least=at_least, at_most=at_most)
        if not number.is_integer():
            raise InputError(
                f"the field '{self.where}{name}' must be a whole number from {at_least} on, got {number:g}"
            )
        return int(number)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a field that is text; `default` where it is missing."""
        if default is not None and name not in self:
            return default
        value = self.value(name)
        if not isinstance(value, str):
            raise InputError(f"the field '{self.where}{name}' must be text, got {_short(value)}")
        return value

    def switch(self, name: str, default: bool) -> bool:
        """Return a field that is true or false; `default` where it is missing."""
        value = self.value(name) if name in self else default
        if not isinstance(value, bool):
            raise InputError(f"the field '{self.where}{name}' must be true or false, got {_short(value)}")
        return value

    def array(self, name: str, shape: tuple[int, ...]) -> FloatArray:
        """Return a field as finite floats of `shape`, where -1 stands for any length."""
        try:
            array = np.array(self.value(name), dtype=np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise InputError(f"the field '{self.where}{name}' is not an array of numbers") from error
        if array.ndim != len(shape) or any(want not in (-1, got) for want, got in zip(shape, array.shape, strict=True)):
            raise InputError(
                f"the field '{self.where}{name}' has shape {array.shape}, expected {shape} (-1: any length)"
            )
        if not np.isfinite(array).all():
            raise InputError(f"the field '{self.where}{name}' holds numbers that are not finite")
        return array

    @staticmethod
    def _object(value: object, name: str) -> "Fields":
        if not isinstance(value, dict):
            raise InputError(f"the field '{name}' must be an object, got {_short(value)}")
        return Fields(value, f"{name}.")


def _finite(value: object) -> float:
    """Return a number as float, NaN if it is none or has no finite float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        number = float(value)
    except OverflowError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _short(value: object) -> str:
    """Return a value as a message shows it: a whole number too long to print is not printed."""
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a whole number of more than twenty digits"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
