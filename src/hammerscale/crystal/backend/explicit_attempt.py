"""One attempted step of the explicit method on every lane."""

from hammerscale.compiler import njit
from hammerscale.crystal.tableau import SECOND_NODE, THIRD_NODE

from .grain_kernels import candidate, evaluate, evaluate_path, judge, second_stage, third_stage
from .powers import raise_powers

# Rate evaluations per attempt. The last stage is the next step's first: a new grain begins with a step of length zero.
EVALUATIONS, STIFF = 3.0, False


@njit(cache=True, error_model="numpy")
def attempt_step(w, c, exponents, powers, settings):  # type: ignore[no-untyped-def]
    """Let every lane try one step and judge it."""
    evaluate_path(w, SECOND_NODE)
    if powers:
        raise_powers(w, exponents)
    second_stage(w)
    evaluate(w, c)
    evaluate_path(w, THIRD_NODE)
    if powers:
        raise_powers(w, exponents)
    third_stage(w)
    evaluate(w, c)
    evaluate_path(w, 1.0)
    if powers:
        raise_powers(w, exponents)
    candidate(w)
    evaluate(w, c)
    judge(w, settings)
