"""Types of arrays, and how a simulation ends: a leaf, so that kernels import neither file formats nor unit cells."""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
# Weights of a network, in single or double precision.
Floats = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.int64]
# An `Outcome` per point.
StatusArray = npt.NDArray[np.int32]
# Numbers or text of any type.
Array = npt.NDArray[np.generic]


class Outcome(IntEnum):
    """How a simulation or a step of one point ended; everything but CONVERGED is a recorded failure."""

    CONVERGED = 0
    STEP_FLOOR = 1
    STEP_LIMIT = 2
    TIME_LIMIT = 3
    NOT_FINITE = 4
