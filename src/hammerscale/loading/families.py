"""Strain paths of the paper and of common tests: one function each, all exact (physics: Liu et al., section 3.2)."""

from collections.abc import Callable

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.loading.monotone import monotone_cubics
from hammerscale.loading.path import StrainPath
from hammerscale.tensor.voigt import IDENTITY


def _constant_path(segments: int) -> FloatArray:
    """Return coefficients (segments, 6, 4) of the path U = I."""
    coefficients = np.zeros((segments, 6, 4))
    coefficients[:, :, 0] = IDENTITY
    return coefficients


def pchip(knot_times: FloatArray, knot_stretch: FloatArray, kind: str = "pchip") -> StrainPath:
    """Return the monotone piecewise cubic Hermite path through knots (n,), (n, 6); it never overshoots them."""
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


def uniaxial(c: float) -> StrainPath:
    """Return U = diag(f, 1/f, 1) with f = 1 + c t: the paper's isochoric "uniaxial" path."""
    coefficients = _constant_path(1)
    coefficients[0, :2, 1] = c
    return StrainPath("uniaxial", np.array([0.0, 1.0]), coefficients, np.array([1.0, -1, 1, 1, 1, 1]))


def uniaxial_true(c: float) -> StrainPath:
    """Return U = diag(1 + c t, 1, 1): uniaxial strain with its change of volume."""
    coefficients = _constant_path(1)
    coefficients[0, 0, 1] = c
    return StrainPath("uniaxial_true", np.array([0.0, 1.0]), coefficients)


def load_unload(c: float) -> StrainPath:
    """Return U = diag(f, 1/f, 1) with f = 1 + 2 c t up to t = 1/2 and back to 1 at t = 1; the peak is 1 + c."""
    coefficients = _constant_path(2)
    coefficients[0, :2, 1] = 2.0 * c
    coefficients[1, :2, 0] = 1.0 + c
    coefficients[1, :2, 1] = -2.0 * c
    return StrainPath("load_unload", np.array([0.0, 0.5, 1.0]), coefficients, np.array([1.0, -1, 1, 1, 1, 1]))


def cavity(c: float) -> StrainPath:
    """Return U11 = 1/U22 = 1/sqrt(1 + c t²), U33 = 1: the shear met around an expanding cavity."""
    coefficients = _constant_path(1)
    coefficients[0, :2, 2] = c
    return StrainPath("cavity", np.array([0.0, 1.0]), coefficients, np.array([-0.5, 0.5, 1, 1, 1, 1]))


def cyclic(c: float, cycles: int) -> StrainPath:
    """Return U = diag(f, 1/f, 1) where f zigzags linearly 1 → 1+c → 1-c → 1, `cycles` times."""
    times = np.linspace(0.0, 1.0, 4 * cycles + 1)
    f = 1.0 + c * np.array([0.0, 1.0, 0.0, -1.0])[np.arange(times.size) % 4]
    coefficients = _constant_path(4 * cycles)
    coefficients[:, :2, 0] = f[:-1, None]
    coefficients[:, :2, 1] = (np.diff(f) / np.diff(times))[:, None]
    return StrainPath("cyclic", times, coefficients, np.array([1.0, -1, 1, 1, 1, 1]))


ONE_PARAMETER: dict[str, Callable[[float], StrainPath]] = {
    "uniaxial": uniaxial,
    "uniaxial_true": uniaxial_true,
    "load_unload": load_unload,
    "cavity": cavity,
}


def cavity_constant(max_strain: float) -> float:
    """Return the c for which the cavity path ends at U11 = 1 - max_strain."""
    return float((1.0 - max_strain) ** -2 - 1.0)
