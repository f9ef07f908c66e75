"""The texture that a file lists."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.keys import FileName, Meaning
from hammerscale.kinds import TextureSettings
from hammerscale.microstructure.texture import read_texture


@dataclass(frozen=True, kw_only=True)
class FileTexture(TextureSettings):
    """Orientations and weights from a file."""

    kind: Literal["file"]
    file: Annotated[FileName, Meaning("quaternions or Bunge angles with weights", "textures/rolled.csv")]

    @property
    def named_file(self) -> str:
        """File that lists the grains."""
        return self.file

    def orientations(self, rng: np.random.Generator, grains: int) -> tuple[FloatArray, FloatArray]:
        """Return the grains of the file, whatever number is asked for (see `TextureSettings.orientations`)."""
        return read_texture(Path(self.file))
