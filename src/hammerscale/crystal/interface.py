"""What `driver` expects of the generated kernels: names and arguments; the bodies are written by `codegen`."""

from collections.abc import Callable

from hammerscale.tensor.voigt import FloatArray

evaluate_path: Callable[[FloatArray, float], None]
second_stage: Callable[[FloatArray], None]
third_stage: Callable[[FloatArray], None]
candidate: Callable[[FloatArray], None]
evaluate: Callable[[FloatArray, FloatArray], None]
judge: Callable[[FloatArray, float, float, float, float, float, float, float, float], None]
interpolate: Callable[[FloatArray], None]
