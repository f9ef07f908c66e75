"""The nearest-neighbour baseline: the stress history of the training path that is closest in strain."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Self

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.keys import FromData
from hammerscale.kinds import SurrogateKind
from hammerscale.provenance import Provenance
from hammerscale.surrogate.model_checks import require_rising, require_shapes
from hammerscale.surrogate.model_folder import ModelFile, known_duration, write_model
from hammerscale.surrogate.norms import trapezoid_weights
from hammerscale.surrogate.signature import Signature
from hammerscale.surrogate.socket import NO_REPORT, Histories, Split
from hammerscale.surrogate.time_grid import resample
from hammerscale.surrogate.training_request import Order

KIND = "nearest"
SHAPES = {"times": "t", "stretch": "n t s", "stress": "n t c"}


@dataclass(frozen=True)
class FittedNearest:
    """The remembered training paths.

    Attributes
    ----------
    times : their times (t,)
    stretch, stress : their histories (m, t, s) and (m, t, c)
    signature : what goes in and comes out
    duration_s : physical length of the paths [s], None where unknown
    """

    times: FloatArray
    stretch: FloatArray
    stress: FloatArray
    signature: Signature
    duration_s: float | None

    def predict(self, times: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return the stress (n, t, c) of the nearest remembered path, nearest in L2 over time."""
        known = self._flat(self.stretch)
        asked = self._flat(resample(times, stretch, self.times))
        # |a - b|² without the |a|² that is common to all candidates
        distance = (known**2).sum(axis=1) - 2.0 * asked @ known.T
        return resample(self.times, self.stress[distance.argmin(axis=1)], times)

    def export(self, folder: Path, provenance: Provenance, report: Mapping[str, object] = NO_REPORT) -> None:
        """Write the remembered paths."""
        arrays = {"times": self.times, "stretch": self.stretch, "stress": self.stress}
        document = {"duration_s": self.duration_s}
        write_model(folder, provenance, ModelFile(KIND, document, arrays, signature=self.signature), report)

    def _flat(self, histories: FloatArray) -> FloatArray:
        weights = np.sqrt(trapezoid_weights(self.times))
        # Distances between paths that all start from rest are small against the stretch itself.
        return ((histories - self.stretch[0, 0]) * weights[:, None]).reshape(len(histories), -1)


def load_nearest(model: ModelFile) -> FittedNearest:
    """Return the baseline that was exported."""
    times, stretch, stress = (model.arrays[name].astype(np.float64) for name in ("times", "stretch", "stress"))
    return FittedNearest(times, stretch, stress, model.signature, known_duration(model))


@dataclass(frozen=True, kw_only=True)
class Nearest(SurrogateKind):
    """The stress history of the closest training path."""

    duration_s: Annotated[float | None, FromData("physical length of the paths [s], None where unknown")] = None

    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Self:
        """Return the baseline for paths of one length."""
        return replace(self, duration_s=duration_s)

    @staticmethod
    def check(model: ModelFile) -> None:
        """Refuse a model whose numbers or shapes the kernels could not take."""
        require_shapes(model.arrays, SHAPES, {})
        require_rising(model.arrays["times"], "times")

    @staticmethod
    def load(model: ModelFile) -> FittedNearest:
        """Return the baseline that was exported."""
        return load_nearest(model)

    def fit(self, data: Histories, split: Split, seed: int) -> FittedNearest:
        """Return the training paths as they are."""
        training = data.select(split.train)
        return FittedNearest(data.times, training.stretch, training.stress, data.signature, self.duration_s)
