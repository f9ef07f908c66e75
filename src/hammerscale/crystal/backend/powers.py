"""Paths whose stretch is a power of cubics."""

import numpy as np

from hammerscale.compiler import njit
from hammerscale.crystal.backend.block import LANES


@njit(cache=True, error_model="numpy")
def raise_powers(w, exponents):  # type: ignore[no-untyped-def]
    """Raise the path's cubics to their powers (6,), each 1, -1, 1/2 or -1/2."""
    for k in range(6):
        if exponents[k] == 1.0:
            continue
        for lane in range(LANES):
            value = w.stretch[k, lane] if abs(exponents[k]) == 1.0 else np.sqrt(w.stretch[k, lane])
            w.stretch[k, lane] = value if exponents[k] > 0.0 else 1.0 / value
