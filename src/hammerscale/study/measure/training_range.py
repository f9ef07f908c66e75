"""The range of strain paths that a surrogate was trained on, and which points of a body left it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.study.measure.strain_paths import StrainPaths

# A component that never moves in training does not move by more than this in a body that keeps to the range.
ROUND_OFF = 1e-9


@dataclass(frozen=True)
class TrainingRange:
    """The extreme values of training paths up to each time: a box in log U that grows, and the largest pace.

    Every component on its own: a box holds more than was seen, so that a point outside has certainly left what was
    seen, while one inside need not have been near to any path.

    Attributes
    ----------
    low, high : extremes of the components of log U up to every time (t, 6), low <= 0 <= high
    pace : largest strain rate up to the end of every interval (t - 1,) [1/s]
    """

    low: FloatArray
    high: FloatArray
    pace: FloatArray

    @classmethod
    def of(cls, families: Iterable[StrainPaths]) -> Self:
        """Return the range of paths of several families, all seen at the same times."""
        families = list(families)
        low = np.min([paths.strain.min(axis=0) for paths in families], axis=0)
        high = np.max([paths.strain.max(axis=0) for paths in families], axis=0)
        pace = np.max([paths.pace().max(axis=0) for paths in families], axis=0)
        return cls(
            np.minimum.accumulate(np.minimum(low, -ROUND_OFF)),
            np.maximum.accumulate(np.maximum(high, ROUND_OFF)),
            np.maximum.accumulate(pace),
        )

    def strain_reach(self, paths: StrainPaths) -> FloatArray:
        """Return how far points went in strain (n,): 1 at the edge of the box, more beyond, at the worst time."""
        return np.asarray(np.maximum(paths.strain / self.high, paths.strain / self.low).max(axis=(1, 2)))

    def pace_reach(self, paths: StrainPaths) -> FloatArray:
        """Return how fast points went (n,): 1 at the largest pace in training up to then, at the worst time."""
        return np.asarray((paths.pace() / self.pace).max(axis=1))
