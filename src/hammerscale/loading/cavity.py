"""The shear met around an expanding cavity (Liu et al., section 3.2)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Gt, Le

from hammerscale.keys import Meaning, Number
from hammerscale.loading.amplitude import AmplitudeBlock, constant_path
from hammerscale.loading.path import StrainPath


@dataclass(frozen=True, kw_only=True)
class Cavity(AmplitudeBlock):
    """Shear around an expanding cavity, U11 = 1/U22 = 1/√(1 + c t²)."""

    walk_part: ClassVar[float] = 0.25

    family: Literal["cavity"]
    max_strain: Annotated[
        Number,
        Gt(0.0),
        Le(0.9),
        Meaning("largest 1 - U11 at the end of a path; c is uniform up to the value that reaches it [-]", 0.1),
    ]

    def largest_amplitude(self) -> float:
        """Return the amplitude c that reaches `max_strain`."""
        return cavity_constant(self.max_strain)

    @staticmethod
    def formula(amplitude: float, cycles: int) -> StrainPath:
        """Return the path with the amplitude c."""
        return cavity(amplitude)


def cavity(c: float) -> StrainPath:
    """Return U11 = 1/U22 = 1/sqrt(1 + c t²), U33 = 1."""
    coefficients = constant_path(1)
    coefficients[0, :2, 2] = c
    return StrainPath("cavity", np.array([0.0, 1.0]), coefficients, np.array([-0.5, 0.5, 1, 1, 1, 1]))


def cavity_constant(max_strain: float) -> float:
    """Return the c for which the cavity path ends at U11 = 1 - max_strain."""
    return float((1.0 - max_strain) ** -2 - 1.0)
