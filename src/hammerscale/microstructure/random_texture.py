"""The random texture."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.kinds import TextureSettings
from hammerscale.microstructure.texture import random_texture


@dataclass(frozen=True, kw_only=True)
class RandomTexture(TextureSettings):
    """Orientations uniform over all rotations."""

    kind: Literal["random"]

    def orientations(self, rng: np.random.Generator, grains: int) -> tuple[FloatArray, FloatArray]:
        """Return grains of equal volume (see `TextureSettings.orientations`)."""
        return random_texture(rng, grains), np.full(grains, 1.0 / grains)
