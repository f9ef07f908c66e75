"""Uniaxial strain."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from hammerscale.loading.amplitude import AmplitudeBlock, constant_path
from hammerscale.loading.path import StrainPath


@dataclass(frozen=True, kw_only=True)
class UniaxialTrue(AmplitudeBlock):
    """Uniaxial strain U = diag(1 + c t, 1, 1), with its change of volume."""

    walk_part: ClassVar[float] = 0.2

    family: Literal["uniaxial_true"]

    @staticmethod
    def formula(amplitude: float, cycles: int) -> StrainPath:
        """Return the path with the amplitude c."""
        return uniaxial_true(amplitude)


def uniaxial_true(c: float) -> StrainPath:
    """Return U = diag(1 + c t, 1, 1)."""
    coefficients = constant_path(1)
    coefficients[0, 0, 1] = c
    return StrainPath("uniaxial_true", np.array([0.0, 1.0]), coefficients)
