"""Loading and unloading."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from hammerscale.loading.amplitude import AmplitudeBlock, constant_path
from hammerscale.loading.path import StrainPath


@dataclass(frozen=True, kw_only=True)
class LoadUnload(AmplitudeBlock):
    """The isochoric stretch up to 1 + c at half time and back."""

    walk_part: ClassVar[float] = 0.3

    family: Literal["load_unload"]

    @staticmethod
    def formula(amplitude: float, cycles: int) -> StrainPath:
        """Return the path with the amplitude c."""
        return load_unload(amplitude)


def load_unload(c: float) -> StrainPath:
    """Return U = diag(f, 1/f, 1) with f = 1 + 2 c t up to t = 1/2 and back to 1 at t = 1; the peak is 1 + c."""
    coefficients = constant_path(2)
    coefficients[0, :2, 1] = 2.0 * c
    coefficients[1, :2, 0] = 1.0 + c
    coefficients[1, :2, 1] = -2.0 * c
    return StrainPath("load_unload", np.array([0.0, 0.5, 1.0]), coefficients, np.array([1.0, -1, 1, 1, 1, 1]))
