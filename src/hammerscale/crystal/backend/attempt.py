"""The attempt of a step that `driver` takes from the module of this name next to generated kernels: its types."""

from collections.abc import Callable

import numpy as np

from hammerscale.arrays import FloatArray

EVALUATIONS: float
STIFF: bool
attempt_step: Callable[[np.void, FloatArray, FloatArray, bool, FloatArray], None]
