"""The fibre texture."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from hammerscale.arrays import FloatArray
from hammerscale.keys import Conflict, Meaning, Number
from hammerscale.kinds import TextureSettings
from hammerscale.microstructure.texture import fibre_texture

DirectionNumber = Annotated[Number, Ge(-1e6), Le(1e6)]
Direction = tuple[DirectionNumber, DirectionNumber, DirectionNumber]
SMALLEST_DIRECTION = 1e-6


@dataclass(frozen=True, kw_only=True)
class FibreTexture(TextureSettings):
    """One crystal axis points along one sample axis, with a spread; the rotation about it is uniform."""

    kind: Literal["fibre"]
    crystal_axis: Annotated[
        Direction, Meaning("axis in crystal coordinates, x3 along the c axis, any length", [0.0, 0.0, 1.0])
    ]
    sample_axis: Annotated[Direction, Meaning("axis in sample coordinates, any length", [1.0, 0.0, 0.0])]
    spread_deg: Annotated[Number, Ge(0.0), Le(180.0), Meaning("standard deviation of the tilt [degrees]")] = 0.0

    def conflicts(self) -> Iterator[Conflict]:
        """Refuse axes so short that rounding decides where they point."""
        for key in ("crystal_axis", "sample_axis"):
            if math.hypot(*getattr(self, key)) < SMALLEST_DIRECTION:
                yield Conflict((key,), f"must not be the zero vector or shorter than {SMALLEST_DIRECTION:g}")

    @property
    def axis(self) -> Direction:
        """The sample axis."""
        return self.sample_axis

    def orientations(self, rng: np.random.Generator, grains: int) -> tuple[FloatArray, FloatArray]:
        """Return grains of equal volume (see `TextureSettings.orientations`)."""
        crystal, sample = np.array(self.crystal_axis), np.array(self.sample_axis)
        return fibre_texture(rng, grains, crystal, sample, self.spread_deg), np.full(grains, 1.0 / grains)
