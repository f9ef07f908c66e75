"""The paper's "uniaxial" path (Liu et al., section 3.2)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from hammerscale.loading.amplitude import AmplitudeBlock, constant_path
from hammerscale.loading.path import StrainPath


@dataclass(frozen=True, kw_only=True)
class Uniaxial(AmplitudeBlock):
    """Isochoric stretch U = diag(f, 1/f, 1), f = 1 + c t: the paper's "uniaxial" path."""

    walk_part: ClassVar[float] = 0.2

    family: Literal["uniaxial"]

    @staticmethod
    def formula(amplitude: float, cycles: int) -> StrainPath:
        """Return the path with the amplitude c."""
        return uniaxial(amplitude)


def uniaxial(c: float) -> StrainPath:
    """Return U = diag(f, 1/f, 1) with f = 1 + c t."""
    coefficients = constant_path(1)
    coefficients[0, :2, 1] = c
    return StrainPath("uniaxial", np.array([0.0, 1.0]), coefficients, np.array([1.0, -1, 1, 1, 1, 1]))
