"""Cyclic loading in tension and compression."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt, Le

from hammerscale.keys import Integer, Meaning, Number
from hammerscale.loading.amplitude import AmplitudeBlock, constant_path
from hammerscale.loading.path import StrainPath
from hammerscale.loading.recipe import Draw


@dataclass(frozen=True, kw_only=True)
class Cyclic(AmplitudeBlock):
    """Isochoric zigzag 1 → 1 + c → 1 - c → 1, `cycles` times."""

    has_cycles: ClassVar[bool] = True
    walk_part: ClassVar[float] = 0.45

    family: Literal["cyclic"]
    max_strain: Annotated[
        Number, Gt(0.0), Le(0.9), Meaning("the strain amplitude c of each path is uniform in (0, max_strain] [-]", 0.1)
    ]
    cycles: Annotated[Integer, Ge(1), Le(1000), Meaning("number of cycles")] = 1

    @property
    def relative_length(self) -> float:
        """How much longer a path is to integrate than a usual walk."""
        return self.cycles * super().relative_length

    def draw(self, dimension: int, rng: np.random.Generator) -> Draw:
        """Return the next path (see `Block.draw`)."""
        return replace(super().draw(dimension, rng), cycles=self.cycles)

    @staticmethod
    def formula(amplitude: float, cycles: int) -> StrainPath:
        """Return the path with the amplitude c and a number of cycles."""
        return cyclic(amplitude, cycles)


def cyclic(c: float, cycles: int) -> StrainPath:
    """Return U = diag(f, 1/f, 1) where f zigzags linearly 1 → 1+c → 1-c → 1, `cycles` times.

    >>> cyclic(0.1, cycles=1).stretch(np.array([0.0, 0.25, 0.5, 0.75]))[:, 0]
    array([1. , 1.1, 1. , 0.9])
    """
    times = np.linspace(0.0, 1.0, 4 * cycles + 1)
    f = 1.0 + c * np.array([0.0, 1.0, 0.0, -1.0])[np.arange(times.size) % 4]
    coefficients = constant_path(4 * cycles)
    coefficients[:, :2, 0] = f[:-1, None]
    coefficients[:, :2, 1] = (np.diff(f) / np.diff(times))[:, None]
    return StrainPath("cyclic", times, coefficients, np.array([1.0, -1, 1, 1, 1, 1]))
