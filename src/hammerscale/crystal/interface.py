"""What `driver` expects of the generated part of its module: names and types; `codegen` writes them."""

from collections.abc import Callable

from hammerscale.arrays import FloatArray

STATE: int
RATE: int
FIRST_RATE: int
FREE_FRACTION: int
FIRST_TWIN: int
N_TWIN: int
SIZE: int
SLOTS: int
EVENT_STEP: float

evaluate_path: Callable[[FloatArray, float], None]
second_stage: Callable[[FloatArray], None]
third_stage: Callable[[FloatArray], None]
candidate: Callable[[FloatArray], None]
evaluate: Callable[[FloatArray, FloatArray], None]
judge: Callable[[FloatArray, float, float, float, float, float, float], None]
interpolate: Callable[[FloatArray], None]
commit: Callable[[FloatArray], None]
