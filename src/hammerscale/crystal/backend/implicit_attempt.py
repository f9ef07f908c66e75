"""One attempted step of the implicit method on every lane."""

from hammerscale.compiler import njit
from hammerscale.crystal.tableau import STAGE_NODES

from .grain_kernels import (
    candidate,
    evaluate,
    evaluate_path,
    evaluate_start,
    finish_first,
    finish_fourth,
    finish_second,
    finish_third,
    fourth_implicit,
    judge,
    linearise_flow,
    second_implicit,
    start_stage,
    third_implicit,
)
from .powers import raise_powers

EVALUATIONS, STIFF = 4.0, True
SECOND, THIRD, FOURTH = (float(node) for node in STAGE_NODES[1:])


@njit(cache=True, error_model="numpy")
def move_path(w, node, exponents, powers):  # type: ignore[no-untyped-def]
    """Write the stretch at a node of the step."""
    evaluate_path(w, node)
    if powers:
        raise_powers(w, exponents)


@njit(cache=True, error_model="numpy")
def attempt_implicit(w, c, exponents, powers, settings):  # type: ignore[no-untyped-def]
    """Let every lane try one step and judge it."""
    move_path(w, 0.0, exponents, powers)
    start_stage(w)
    evaluate_start(w, c)
    move_path(w, 1.0, exponents, powers)
    linearise_flow(w, c)
    finish_first(w, c)
    move_path(w, SECOND, exponents, powers)
    second_implicit(w)
    evaluate(w, c)
    finish_second(w, c)
    move_path(w, THIRD, exponents, powers)
    third_implicit(w)
    evaluate(w, c)
    finish_third(w, c)
    move_path(w, FOURTH, exponents, powers)
    fourth_implicit(w)
    evaluate(w, c)
    finish_fourth(w, c)
    candidate(w)
    judge(w, settings)


attempt_step = attempt_implicit
