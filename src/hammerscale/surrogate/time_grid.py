"""Histories on another time grid, linear between samples."""

import numpy as np

from hammerscale.arrays import FloatArray


def resample(times: FloatArray, histories: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return histories (n, t, c), known at ascending `times` (t,), at `wanted` (w,) as (n, w, c)."""
    if np.array_equal(times, wanted):
        return histories
    right = np.clip(np.searchsorted(times, wanted, side="left"), 1, times.size - 1)
    fraction = (wanted - times[right - 1]) / (times[right] - times[right - 1])
    # Beyond the ends the first and last values hold.
    fraction = np.clip(fraction, 0.0, 1.0)[:, None]
    return (1.0 - fraction) * histories[:, right - 1] + fraction * histories[:, right]
