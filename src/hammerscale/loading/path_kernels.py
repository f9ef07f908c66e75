"""Kernels that evaluate strain paths: piecewise cubics, each component raised to a power."""

import numpy as np

from hammerscale.compiler import njit


@njit(cache=True, error_model="numpy")
def evaluate_stretch(t, segment, breakpoints, coefficients, exponents, stretch):  # type: ignore[no-untyped-def]
    """Write U(t) (6,) into `stretch`.

    t : time; segment : index of the segment that holds it; breakpoints (s+1,); coefficients (s, 6, 4), ascending powers
    of the time since the segment's start; exponents (6,), each 1, -1, 1/2 or -1/2.
    """
    local = t - breakpoints[segment]
    for i in range(6):
        c = coefficients[segment, i]
        value = c[0] + local * (c[1] + local * (c[2] + local * c[3]))
        if exponents[i] == 1.0:
            stretch[i] = value
        elif exponents[i] == -1.0:
            stretch[i] = 1.0 / value
        elif exponents[i] == 0.5:
            stretch[i] = np.sqrt(value)
        else:
            stretch[i] = 1.0 / np.sqrt(value)


@njit(cache=True, error_model="numpy")
def evaluate_many(times, breakpoints, coefficients, exponents, stretch):  # type: ignore[no-untyped-def]
    """Write U (n, 6) at ascending `times` (n,) into `stretch`."""
    segment = 0
    for k in range(times.size):
        while segment < breakpoints.size - 2 and times[k] > breakpoints[segment + 1]:
            segment += 1
        evaluate_stretch(times[k], segment, breakpoints, coefficients, exponents, stretch[k])
