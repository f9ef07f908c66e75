"""What simulations share: their strain path, their microstructure, the values of their material's parameters."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray

Numbers = npt.NDArray[np.int64]
# Parameters of a strain path. They show in its stretch, so no surrogate has to be given them.
PATH_PREFIX = "path."


class Groups(NamedTuple):
    """Groups of n simulations as numbers (n,): simulations with equal numbers share the thing.

    Attributes
    ----------
    path : strain path
    microstructure : microstructure
    parameters : sample of the material's parameters
    """

    path: Numbers
    microstructure: Numbers
    parameters: Numbers

    def select(self, rows: Numbers) -> "Groups":
        """Return the groups of some simulations."""
        return Groups(*(numbers[rows] for numbers in self))


def material_columns(names: Sequence[str]) -> list[int]:
    """Return where parameters of the material stand among all parameters."""
    return [i for i, name in enumerate(names) if not name.startswith(PATH_PREFIX)]


def material_samples(names: Sequence[str], parameters: FloatArray) -> Numbers:
    """Return a number (n,) for each different row of the material's parameters among all parameters (n, p)."""
    return in_order_of_appearance(parameters[:, material_columns(names)])


def in_order_of_appearance(labels: npt.NDArray[np.generic]) -> Numbers:
    """Return 0 for the first label (n,) or row of labels (n, p), 1 for the next different one, and so on (n,)."""
    flat = labels.reshape(len(labels), -1)
    if not flat.shape[1]:
        return np.zeros(len(flat), dtype=np.int64)
    _, first, number = np.unique(flat, axis=0, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[number.reshape(-1)]
