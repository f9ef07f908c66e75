"""Strain paths through knots."""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.loading.monotone import monotone_cubics
from hammerscale.loading.path import StrainPath


def pchip(knot_times: FloatArray, knot_stretch: FloatArray, kind: str = "pchip") -> StrainPath:
    """Return the monotone piecewise cubic Hermite path through knots (n,), (n, 6); it never overshoots them.

    >>> stretch = np.array([[1.0, 1, 1, 0, 0, 0], [1.1, 1, 1, 0, 0, 0], [1.1, 1, 1, 0.2, 0, 0]])
    >>> float(pchip([0.0, 0.5, 1.0], stretch).stretch(np.linspace(0.0, 1.0, 101))[:, 0].max())
    1.1
    """
    knot_times = np.asarray(knot_times, dtype=np.float64)
    knot_stretch = np.asarray(knot_stretch, dtype=np.float64)
    if knot_times.ndim != 1 or knot_stretch.shape != (knot_times.size, 6):
        raise InputError(
            f"a pchip path needs knots t (n,) and U (n, 6), got {knot_times.shape} and {knot_stretch.shape}"
        )
    if not (np.isfinite(knot_times).all() and np.isfinite(knot_stretch).all()):
        raise InputError("the knots of a pchip path must be finite numbers")
    if knot_times[0] != 0.0 or knot_times[-1] != 1.0 or (np.diff(knot_times) <= 0.0).any():
        raise InputError("the knot times of a pchip path must rise strictly from 0 to 1")
    cubics = np.empty((knot_times.size - 1, 6, 4))
    monotone_cubics(np.ascontiguousarray(knot_times), np.ascontiguousarray(knot_stretch), cubics)
    return StrainPath(kind, knot_times, cubics)


def piecewise_linear(knot_times: FloatArray, knot_stretch: FloatArray, kind: str = "linear") -> StrainPath:
    """Return the path that runs straight between knots (n,), (n, 6)."""
    knot_times = np.asarray(knot_times, dtype=np.float64)
    knot_stretch = np.asarray(knot_stretch, dtype=np.float64)
    coefficients = np.zeros((knot_times.size - 1, 6, 4))
    coefficients[:, :, 0] = knot_stretch[:-1]
    coefficients[:, :, 1] = np.diff(knot_stretch, axis=0) / np.diff(knot_times)[:, None]
    return StrainPath(kind, knot_times, coefficients)
