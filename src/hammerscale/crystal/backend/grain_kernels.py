"""The kernels that `driver` takes from the generated module of this name: their types; `generator` writes them."""

from collections.abc import Callable

import numpy as np

from hammerscale.arrays import FloatArray

evaluate_path: Callable[[np.void, float], None]
second_stage: Callable[[np.void], None]
third_stage: Callable[[np.void], None]
candidate: Callable[[np.void], None]
evaluate: Callable[[np.void, FloatArray], None]
judge: Callable[[np.void, FloatArray], None]
interpolate: Callable[[np.void], None]
commit: Callable[[np.void], None]
