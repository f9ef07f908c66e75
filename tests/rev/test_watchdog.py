"""The clock of the time limits."""

from __future__ import annotations

import time

import numpy as np
import pytest

from hammerscale.rev.unit_cell import Outcome
from hammerscale.rev.watchdog import watched

SHORT, LONG = 0.05, 300.0


def _steps_left_after(wait_s: float, limit_s: float) -> float:
    control = np.array([7.0, 1000.0])
    with watched(control, 1, limit_s):
        time.sleep(wait_s)
    assert control[0] == 7.0
    return float(control[1])


def test_a_block_that_lasts_too_long_loses_its_steps() -> None:
    assert _steps_left_after(1.0, SHORT) == 0.0


@pytest.mark.parametrize("limit_s", [LONG, 1e300, np.inf])
def test_a_block_within_its_limit_keeps_its_steps(limit_s: float) -> None:
    assert _steps_left_after(0.1, limit_s) == 1000.0


def test_a_short_limit_inside_a_long_one_ends_first() -> None:
    outer = np.array([1000.0])
    with watched(outer, 0, LONG):
        assert _steps_left_after(1.0, SHORT) == 0.0
    assert outer[0] == 1000.0


def test_a_block_that_has_ended_is_not_touched_any_more() -> None:
    control = np.array([1000.0])
    with watched(control, 0, SHORT) as watchdog:
        pass
    time.sleep(1.0)
    assert control[0] == 1000.0
    assert watchdog.outcome(Outcome.STEP_LIMIT) is Outcome.STEP_LIMIT


def test_what_ran_out_of_steps_by_the_clock_ran_out_of_time() -> None:
    with watched(np.array([1000.0]), 0, SHORT) as watchdog:
        time.sleep(1.0)
    assert watchdog.outcome(Outcome.STEP_LIMIT) is Outcome.TIME_LIMIT
    assert watchdog.outcome(Outcome.CONVERGED) is Outcome.CONVERGED
