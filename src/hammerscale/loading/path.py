"""A strain path: the stretch U(t) as an exact function of normalised time t in [0, 1].

Every family is a piecewise cubic p(t), raised component by component to a fixed power, U_i = p_i^e_i:
pchip knots are cubics with power 1, "f, 1/f" paths are lines with powers 1 and -1, the cavity is a quadratic with
powers ∓1/2. So one kernel evaluates all of them without sampling error, and every breakpoint is a step boundary.
"""

from dataclasses import dataclass, field

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.tensor.voigt import determinant, to_matrix

ADMISSIBILITY_GRID = np.linspace(0.0, 1.0, 201)


@dataclass(frozen=True)
class StrainPath:
    """The stretch history U(t), t in [0, 1], with U(0) = I for a path that starts from rest.

    Attributes
    ----------
    kind : family name
    breakpoints : segment boundaries (s+1,), from 0 to 1 [-]
    coefficients : cubics (s, 6, 4) in ascending powers of the time since the segment's start
    exponents : power of each component (6,), one of 1, -1, 1/2, -1/2

    >>> import hammerscale as hs
    >>> hs.uniaxial(0.25).stretch(np.array([0.0, 1.0]))
    array([[1.  , 1.  , 1.  , 0.  , 0.  , 0.  ],
           [1.25, 0.8 , 1.  , 0.  , 0.  , 0.  ]])
    """

    kind: str
    breakpoints: FloatArray
    coefficients: FloatArray
    exponents: FloatArray = field(default_factory=lambda: np.ones(6))

    def stretch(self, times: FloatArray) -> FloatArray:
        """Return U (n, 6) at ascending normalised times (n,)."""
        # Numba takes a third of a second to import, which those who only plan do without.
        from hammerscale.loading.path_kernels import evaluate_many

        out = np.empty((times.size, 6))
        evaluate_many(np.ascontiguousarray(times), self.breakpoints, self.coefficients, self.exponents, out)
        return out


def check_admissible(path: StrainPath, name: str) -> None:
    """Raise an `InputError` that names the path unless U(t) is finite and positive definite on a fine grid."""
    times = np.union1d(ADMISSIBILITY_GRID, path.breakpoints)
    stretch = path.stretch(times)
    if not np.isfinite(stretch).all():
        raise InputError(f"{name}: the stretch is not finite", remedy="check the knots of the path")
    eigenvalues = np.linalg.eigvalsh(to_matrix(stretch))
    if eigenvalues.min() <= 0.0 or determinant(stretch).min() <= 0.0:
        worst = times[eigenvalues.min(axis=1).argmin()]
        raise InputError(
            f"{name}: U is not positive definite at t = {worst:.4g} (smallest eigenvalue {eigenvalues.min():.3g})",
            "such a stretch turns matter inside out",
            "reduce the strain of the path",
        )
