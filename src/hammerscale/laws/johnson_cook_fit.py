"""Johnson and Cook's A, B, n and C from the stresses of a representative volume, by least squares.

Both are driven along isochoric tension, compression and shear at several rates. The crystals have no temperature, so
the law is fitted without its heating; constants of heat come from elsewhere.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.laws.johnson_cook import JohnsonCookLaw
from hammerscale.laws.law import Law

# Directions of logarithmic strain whose equivalent √(2/3) |ε| is one.
MODES = {
    "tension": np.diag([1.0, -0.5, -0.5]),
    "compression": np.diag([-1.0, 0.5, 0.5]),
    "shear": np.sqrt(0.75) * np.diag([1.0, -1.0, 0.0]),
}
# From the slowest, the reference rate, to what a shock front brings [1/s].
RATES = tuple((10.0 ** np.linspace(4.0, 6.5, 6)).tolist())
LARGEST_STRAIN = 0.25
STEPS = 60
# A [Pa], B [Pa], n, C: the search runs over their logarithms, since none may become negative; a law file holds no zero.
START = (1e8, 3e8, 0.3, 0.1)
LOWEST, HIGHEST = (1e6, 1e6, 0.02, 1e-3), (2e9, 2e10, 1.5, 5.0)


@dataclass(frozen=True)
class Fit:
    """A fitted law.

    Attributes
    ----------
    law : with the constants that were found
    residual : root mean square error of the law's von Mises stress, over that of the volume [-]
    by_rate : the same at each of `RATES`
    """

    law: JohnsonCookLaw
    residual: float
    by_rate: FloatArray


def von_mises_curves(law: Law, rates: tuple[float, ...] = RATES) -> FloatArray:
    """Return the von Mises stress (rates, modes, `STEPS`) [Pa] at equal increments up to `LARGEST_STRAIN`."""
    return np.stack([_curves_at(law, rate) for rate in rates])


def _curves_at(law: Law, rate: float) -> FloatArray:
    strains = np.linspace(0.0, LARGEST_STRAIN, STEPS + 1)
    duration_s = LARGEST_STRAIN / rate / STEPS
    directions = np.stack(list(MODES.values()))
    gradients = np.eye(3) * np.exp(strains[:, None, None, None] * directions)
    state = law.initial_state(len(directions))
    curves = np.empty((len(directions), STEPS))
    for k, (old, new) in enumerate(pairwise(gradients)):
        after = np.empty_like(state)
        cauchy, status = law.advance(state, old, new, duration_s, after)
        if status.any():
            raise InputError(
                f"the law fails at a strain of {strains[k + 1]:.3g} and {rate:.3g} 1/s (status {status.max()})",
                "nothing can be fitted to a part of the curves",
            )
        deviator = cauchy - np.trace(cauchy, axis1=1, axis2=2)[:, None, None] / 3.0 * np.eye(3)
        curves[:, k] = np.sqrt(1.5) * np.linalg.norm(deviator, axis=(1, 2))
        state = after
    return curves


def fit_strength(start: JohnsonCookLaw, wanted: FloatArray) -> Fit:
    """Return the law with the A, B, n and C that come closest to curves `wanted` (rates, modes, `STEPS`) [Pa].

    Everything else of the law, its heating included, stays as in `start`; the reference rate is the slowest of `RATES`.
    """
    # Half a second of import, which the verbs that only read this module do without.
    from scipy.optimize import least_squares

    scale = np.sqrt((wanted**2).mean())
    cold = replace(start, heat_fraction=0.0, reference_rate=RATES[0])

    def misses(logarithms: FloatArray) -> FloatArray:
        curves = von_mises_curves(_with_strength(cold, np.exp(logarithms)))
        return ((curves - wanted) / scale).ravel()

    bounds = np.log(LOWEST), np.log(HIGHEST)
    found = least_squares(misses, np.log(START), bounds=bounds, diff_step=[1e-4])
    squares = (misses(found.x) ** 2).reshape(wanted.shape).mean(axis=(1, 2))
    by_rate = np.sqrt(squares / (wanted**2).mean(axis=(1, 2))) * scale
    law = _with_strength(replace(cold, heat_fraction=start.heat_fraction), np.exp(found.x))
    return Fit(law, float(np.sqrt(squares.mean())), by_rate)


def _with_strength(law: JohnsonCookLaw, values: FloatArray) -> JohnsonCookLaw:
    names = ("yield_stress", "hardening", "exponent", "rate_factor")
    return replace(law, **dict(zip(names, values.tolist(), strict=True)))
