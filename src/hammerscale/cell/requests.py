"""Arguments of a unit cell in addition to the path: output times and durations, checked alike for every unit cell."""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError


def check_times(times: FloatArray) -> FloatArray:
    """Return output times (n,) as contiguous floats; refuse any that do not rise strictly within [0, 1]."""
    times = np.ascontiguousarray(times, dtype=np.float64)
    rising = times.ndim == 1 and times.size > 0 and bool((np.diff(times) > 0.0).all())
    if not (rising and times[0] >= 0.0 and times[-1] <= 1.0):
        raise InputError(
            "output times must rise strictly within [0, 1]",
            "times are fractions of the path, which is followed once from its start to its end",
            "divide physical times by the duration, and sort them",
        )
    return times


def check_durations(durations_s: float | FloatArray, count: int) -> FloatArray:
    """Return lengths (count,) in seconds from one or from as many; refuse any that is not positive and finite."""
    durations = np.ascontiguousarray(np.broadcast_to(np.asarray(durations_s, dtype=np.float64), (count,)))
    if not (np.isfinite(durations).all() and (durations > 0.0).all()):
        raise InputError(f"the duration of a strain path must be a positive number of seconds, got {durations_s}")
    return durations


def check_duration(duration_s: float) -> float:
    """Return a length in seconds; refuse one that is not positive and finite."""
    return float(check_durations(duration_s, 1)[0])
