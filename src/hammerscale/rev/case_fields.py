"""Typed access to the fields of a case file: a wrong type or a missing field is an error that names the field."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hammerscale.errors import InputError
from hammerscale.tensor.voigt import FloatArray


@dataclass(frozen=True)
class Fields:
    """One JSON object of a case.

    Attributes
    ----------
    data : the object
    where : prefix of its field names in messages, as in "params.twin."
    """

    data: dict[str, object]
    where: str = ""

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def value(self, name: str) -> object:
        """Return a field of any type."""
        if name not in self.data:
            raise InputError(f"the field '{self.where}{name}' is missing")
        return self.data[name]

    def section(self, name: str) -> "Fields":
        """Return a field that is an object."""
        return self._object(self.value(name), f"{self.where}{name}")

    def sections(self, name: str) -> Iterator["Fields"]:
        """Yield the objects of a field that is a list of them."""
        value = self.value(name)
        if not isinstance(value, list):
            raise InputError(f"the field '{self.where}{name}' must be a list of objects, got {value!r}")
        for i, item in enumerate(value):
            yield self._object(item, f"{self.where}{name}[{i}]")

    def number(self, name: str, default: float | None = None, above: float = -np.inf) -> float:
        """Return a field that is a finite number above `above`; `default` where it is missing."""
        if default is not None and name not in self.data:
            return default
        value = self.value(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value) or value <= above:
            bound = f" above {above:g}" if np.isfinite(above) else ""
            raise InputError(f"the field '{self.where}{name}' must be a finite number{bound}, got {value!r}")
        return float(value)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a field that is text; `default` where it is missing."""
        if default is not None and name not in self.data:
            return default
        value = self.value(name)
        if not isinstance(value, str):
            raise InputError(f"the field '{self.where}{name}' must be text, got {value!r}")
        return value

    def switch(self, name: str, default: bool) -> bool:
        """Return a field that is true or false; `default` where it is missing."""
        value = self.data.get(name, default)
        if not isinstance(value, bool):
            raise InputError(f"the field '{self.where}{name}' must be true or false, got {value!r}")
        return value

    def array(self, name: str, shape: tuple[int, ...]) -> FloatArray:
        """Return a field as finite floats of `shape`, where -1 stands for any length."""
        try:
            array = np.array(self.value(name), dtype=np.float64)
        except (TypeError, ValueError) as error:
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
            raise InputError(f"the field '{name}' must be an object, got {value!r}")
        return Fields(value, f"{name}.")
