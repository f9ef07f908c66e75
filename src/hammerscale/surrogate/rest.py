"""Whether paths start at rest: undeformed and without stress, which models with a memory take for granted."""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.surrogate.signature import STRETCH
from hammerscale.surrogate.socket import Histories

# Relative to the largest strain and stress: measured paths begin with noise.
START_TOLERANCE = 0.01
# Kinds that are 1 on the diagonal at rest, and those that are 0.
UNIT_AT_REST, ZERO_AT_REST = (STRETCH, "deformation_gradient"), ("small_strain",)


def rest_strain(data: Histories) -> FloatArray:
    """Return the strain (s,) of the undeformed state, or the mean first one where the measure does not say."""
    names = data.stretch_components
    known = all(len(name) == 2 and set(name) <= set("123") for name in names)
    if data.strain_kind in UNIT_AT_REST and known:
        return np.array([float(name[0] == name[1]) for name in names])
    if data.strain_kind in ZERO_AT_REST:
        return np.zeros(len(names))
    return np.asarray(data.stretch[:, 0].mean(axis=0))


def departure(data: Histories, rest: FloatArray | None = None) -> tuple[int, str] | None:
    """Return the path that starts farthest from rest and how far, in words; None where all start at rest.

    `rest` is the strain (s,) of the undeformed state, by default that of the measure.
    """
    strain = data.stretch - (rest_strain(data) if rest is None else rest)
    for what, values in (("strain", strain), ("stress", data.stress)):
        first, largest = np.abs(values[:, 0]).max(axis=1), np.abs(values).max()
        row = int(first.argmax())
        if first[row] > START_TOLERANCE * largest:
            return row, f"its first {what} is {100.0 * first[row] / largest:.3g} % of the largest"
    return None


def require_rest(data: Histories, rest: FloatArray | None = None) -> None:
    """Refuse paths that do not start at rest."""
    found = departure(data, rest)
    if found is not None:
        raise InputError(
            f"paths do not start at rest: of path number {found[0]}, {found[1]}",
            f"a model with a memory starts from the undeformed state without stress, within {START_TOLERANCE:.0%}; "
            "what came before would be missing from its memory",
            "give the paths from their beginning, or choose a surrogate that maps whole paths (nearest, linear, "
            "pca_net)",
        )
