"""The stretch history of every point, with which a representative volume can be run again on its own."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.capabilities import Remembering


@dataclass
class PointPaths:
    """Times and stretches of all points of a body, from rest on.

    Where there are more times than `longest`, every second one is dropped: the same path on a coarser grid is left.

    Attributes
    ----------
    law : whose points they are
    points : number of points m
    longest : most times that are kept
    times : [s]
    stretches : (m, 6) at every time
    """

    law: Remembering
    points: int
    longest: int
    times: list[float] = field(default_factory=lambda: [0.0])
    stretches: list[FloatArray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stretches.append(self.law.stretch(np.tile(np.eye(3), (self.points, 1, 1))))

    def add(self, dt: float, gradient: FloatArray) -> None:
        """Note the stretches at deformation gradients (m, 3, 3), `dt` [s] after the last."""
        self.times.append(self.times[-1] + dt)
        self.stretches.append(self.law.stretch(gradient))
        if len(self.times) > self.longest:
            # The last time is kept, whether its index is even or odd.
            kept = [*range(0, len(self.times) - 1, 2), len(self.times) - 1]
            self.times = [self.times[i] for i in kept]
            self.stretches = [self.stretches[i] for i in kept]

    def history(self) -> FloatArray:
        """Return the stretches (t, m, 6)."""
        return np.stack(self.stretches)

    def write(self, file: Path, point: int, gradient: FloatArray, dt: float) -> None:
        """Write the path of one point as a case, up to gradients (m, 3, 3) that it reaches `dt` [s] after the last."""
        end = self.law.stretch(gradient[point : point + 1])
        stretch = np.concatenate([self.history()[:, point], end])
        self.law.write_path(file, np.array([*self.times, self.times[-1] + dt]), stretch)

    def snapshot(self) -> dict[str, FloatArray]:
        """Return the arrays from which it continues."""
        return {"trail_times": np.array(self.times), "trail": self.history()}

    def restore(self, arrays: dict[str, FloatArray]) -> None:
        """Take a snapshot back."""
        self.times, self.stretches = arrays["trail_times"].tolist(), list(arrays["trail"])
