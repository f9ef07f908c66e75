"""Random strain paths: a walk of the stretch, smoothed by monotone cubics (Liu et al., section 3.2).

The paper's 50 % walk is mostly inadmissible in 3-D: U stops being positive definite. Paths are drawn again as a whole
until one is admissible, so that step magnitudes stay as printed; the number of rejected draws is returned and stored.
"""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.compiler import njit
from hammerscale.errors import InputError
from hammerscale.loading.knots import pchip
from hammerscale.loading.path import ADMISSIBILITY_GRID, StrainPath
from hammerscale.tensor.voigt import IDENTITY, from_matrix, to_matrix

SMALLEST_EIGENVALUE = 0.25
VOLUME_RANGE = (0.5, 2.0)
MAX_DRAWS = 100_000
FREE_COMPONENTS = {2: np.array([0, 1, 3]), 3: np.arange(6)}
VARIANTS = ("literal", "reflected", "log_stretch")
SPACINGS = ("random", "fixed")


def knot_times(rng: np.random.Generator, steps: int, spacing: str, min_gap: float) -> FloatArray:
    """Return knot times (steps+1,) from 0 to 1: equal steps, or sorted uniform draws at least `min_gap` apart."""
    if spacing == "fixed":
        return np.linspace(0.0, 1.0, steps + 1)
    while True:
        times = np.concatenate([[0.0], np.sort(rng.random(steps - 1)), [1.0]])
        if np.diff(times).min() > min_gap:
            return times


def _walk(
    rng: np.random.Generator, max_strain: float, times: FloatArray, dimension: int, reflected: bool
) -> FloatArray:
    """Return the strain (steps+1, 6) at the knots: steps of ±max_strain √Δt in every free component."""
    free = FREE_COMPONENTS[dimension]
    signs = rng.choice([-1.0, 1.0], size=(times.size - 1, free.size))
    steps = signs * (max_strain * np.sqrt(np.diff(times)))[:, None]
    strain = np.zeros((times.size, 6))
    if not reflected:
        strain[1:, free] = np.cumsum(steps, axis=0)
        return strain
    for n, step in enumerate(steps):
        here = strain[n, free]
        strain[n + 1, free] = here + np.where(np.abs(here + step) > max_strain, -step, step)
    return strain


def _walk_knots(
    rng: np.random.Generator, max_strain: float, times: FloatArray, dimension: int, variant: str
) -> FloatArray:
    """Return the stretch (steps+1, 6) at the knots of a walk."""
    strain = _walk(rng, max_strain, times, dimension, reflected=variant == "reflected")
    if variant == "log_stretch":
        # Imported here: other walks do without this import of a tenth of a second.
        from scipy.linalg import expm

        return from_matrix(np.array([expm(h) for h in to_matrix(strain)]))
    return strain + IDENTITY


def random_walk(
    rng: np.random.Generator,
    max_strain: float,
    steps: int = 10,
    spacing: str = "random",
    min_gap: float = 1e-3,
    dimension: int = 3,
    variant: str = "literal",
) -> tuple[StrainPath, int]:
    """Return one admissible random path and the number of draws that were rejected before it.

    Parameters
    ----------
    max_strain : U_max of the paper; a step of length Δt changes each component by ± U_max √Δt [-]
    steps : number of steps N
    spacing : "random" or "fixed" lengths of the steps
    min_gap : smallest gap between random knots, in normalised time [-]
    dimension : 3 (six components) or 2 (plane strain, U33 = 1)
    variant : "literal" as printed; "reflected" turns back steps that would leave |U - I| <= U_max; "log_stretch" walks
        in H = ln U and joins exp(H) at the knots, so that every knot is positive definite

    >>> path, rejected = random_walk(np.random.default_rng(1), max_strain=0.1)
    >>> path.breakpoints.size, rejected
    (11, 0)
    """
    if variant not in VARIANTS or spacing not in SPACINGS:
        raise InputError(f"unknown random walk: variant {variant!r}, spacing {spacing!r}")
    for rejected in range(MAX_DRAWS):
        times = knot_times(rng, steps, spacing, min_gap)
        knots = _walk_knots(rng, max_strain, times, dimension, variant)
        # The knots lie on the path, so a bad knot rejects it before the more expensive test of the whole curve.
        if not _admissible(knots, SMALLEST_EIGENVALUE, VOLUME_RANGE):
            continue
        path = pchip(times, knots, kind="random_walk")
        if _admissible(path.stretch(ADMISSIBILITY_GRID), SMALLEST_EIGENVALUE, VOLUME_RANGE):
            return path, rejected
    raise InputError(
        f"no admissible random walk in {MAX_DRAWS} draws at max_strain = {max_strain}",
        "nearly every path turns matter inside out",
        "reduce max_strain or choose variant: reflected or log_stretch",
    )


@njit(cache=True)
def _determinant(a, b, c, d, e, f):  # type: ignore[no-untyped-def]
    return a * (b * c - e * e) - d * (d * c - e * f) + f * (d * e - b * f)


@njit(cache=True)
def _admissible(stretch, smallest, volumes):  # type: ignore[no-untyped-def]
    """Whether stretches (n, 6) keep eigenvalues (Sylvester's criterion) and volumes in the allowed range."""
    for k in range(len(stretch)):
        a, b, c, d, e, f = stretch[k]
        if not volumes[0] < _determinant(a, b, c, d, e, f) < volumes[1]:
            return False
        a, b, c = a - smallest, b - smallest, c - smallest
        if not (a > 0.0 and a * b - d * d > 0.0 and _determinant(a, b, c, d, e, f) > 0.0):
            return False
    return True
