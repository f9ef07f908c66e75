"""Monotone cubics through knots (Fritsch and Butland, 1984; ends as in Moler, Numerical Computing with MATLAB, 3.6).

The numbers are those of SciPy's `PchipInterpolator` to the last bit (tests/loading/test_monotone.py), forty times
faster for the short paths of a campaign, which draws every path several times.
"""

import numpy as np

from hammerscale.compiler import njit


@njit(cache=True, error_model="numpy")
def end_slope(h, h_next, m, m_next):  # type: ignore[no-untyped-def]
    """Return the slope at an end knot from the lengths h and the mean slopes m of the two segments next to it."""
    d = ((2.0 * h + h_next) * m - h * m_next) / (h + h_next)
    if np.sign(d) != np.sign(m):
        return 0.0
    if np.sign(m) != np.sign(m_next) and abs(d) > 3.0 * abs(m):
        return 3.0 * m
    return d


@njit(cache=True, error_model="numpy")
def inner_slope(h, h_next, m, m_next):  # type: ignore[no-untyped-def]
    """Return the slope at a knot between two segments: a weighted harmonic mean, or zero at an extremum."""
    if np.sign(m) != np.sign(m_next) or m == 0.0 or m_next == 0.0:
        return 0.0
    w, w_next = 2.0 * h_next + h, h_next + 2.0 * h
    return 1.0 / ((w / m + w_next / m_next) / (w + w_next))


@njit(cache=True, error_model="numpy")
def monotone_cubics(times, values, cubics):  # type: ignore[no-untyped-def]
    """Write cubics (s, c, 4), ascending powers of the time since a segment's start, through values (s+1, c) at times
    (s+1,).
    """
    segments = times.size - 1
    h = times[1:] - times[:-1]
    d = np.empty(segments + 1)
    for i in range(values.shape[1]):
        # mean slope of every segment, then the slope at every knot
        m = (values[1:, i] - values[:-1, i]) / h
        if segments == 1:
            d[:] = m[0]
        else:
            d[0] = end_slope(h[0], h[1], m[0], m[1])
            d[segments] = end_slope(h[segments - 1], h[segments - 2], m[segments - 1], m[segments - 2])
        for k in range(1, segments):
            d[k] = inner_slope(h[k - 1], h[k], m[k - 1], m[k])
        # Hermite cubic of each segment from its end values and slopes
        for k in range(segments):
            t = (d[k] + d[k + 1] - 2.0 * m[k]) / h[k]
            cubics[k, i, 0] = values[k, i]
            cubics[k, i, 1] = d[k]
            cubics[k, i, 2] = (m[k] - d[k]) / h[k] - t
            cubics[k, i, 3] = t / h[k]
