"""The socket of a surrogate: fitted on histories, asked for paths, exported for a law.

A network trained through Lightning, a Gaussian process or a closed formula all fit it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hammerscale.errors import InputError
from hammerscale.provenance import Provenance
from hammerscale.tensor.voigt import FloatArray


@dataclass(frozen=True)
class Histories:
    """Strain–stress histories on one time grid.

    Attributes
    ----------
    times : normalised times (t,)
    stretch : U (n, t, 6)
    stress : Cauchy stress (n, t, c) in the unrotated frame [Pa]
    """

    times: FloatArray
    stretch: FloatArray
    stress: FloatArray

    def __post_init__(self) -> None:
        if self.stretch.shape[:2] != self.stress.shape[:2] or self.stretch.shape[1] != self.times.size:
            raise InputError(
                f"histories differ: times {self.times.shape}, stretch {self.stretch.shape}, stress {self.stress.shape}"
            )


@dataclass(frozen=True)
class Split:
    """Rows of the histories used for fitting and for watching the fit, disjoint."""

    train: npt.NDArray[np.int64]
    validation: npt.NDArray[np.int64]


class FittedSurrogate(Protocol):
    """A surrogate after fitting."""

    def predict(self, times: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return the stress (n, t, c) [Pa] for stretch histories (n, t, 6) at normalised times (t,)."""

    def export(self, folder: Path, provenance: Provenance) -> None:
        """Write the model into `folder`, from which `laws` loads it without its training code."""


class Surrogate(Protocol):
    """A surrogate before fitting: its architecture and settings."""

    def fit(self, data: Histories, split: Split, seed: int) -> FittedSurrogate:
        """Return the model fitted on `split.train`; equal arguments give equal models."""
