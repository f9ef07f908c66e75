"""The kernels that a crystal's generated module of this name holds: their types; `generator` writes them."""

from collections.abc import Callable

import numpy as np

from hammerscale.arrays import FloatArray

# Kernels of a block alone, and those that read constants or settings, too.
Step = Callable[[np.void], None]
Law = Callable[[np.void, FloatArray], None]

OUTPUT_NEEDS_PATH: bool
evaluate_path: Callable[[np.void, float], None]
evaluate_output_path: Step
evaluate: Law
judge: Law
candidate: Step
commit: Step
interpolate: Law
# The explicit step has these, too.
second_stage: Step
third_stage: Step
# The implicit step has these, too.
evaluate_start: Law
linearise_flow: Law
finish_first: Law
finish_second: Law
finish_third: Law
finish_fourth: Law
start_stage: Step
second_implicit: Step
third_implicit: Step
fourth_implicit: Step
