"""A simulation that takes too long is given up inside the compiled kernel, with what it has found so far."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from hammerscale.arrays import Outcome
from hammerscale.cell.cases.case import read_case
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.cell.watchdog import watched

SHORT, LONG = 0.05, 300.0
FORKED = f"""
import os, time, numpy as np
from hammerscale.cell.watchdog import watched
control = np.array([1000.0])
with watched(control, 0, {LONG}):
    pass
if child := os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
with watched(control, 0, {SHORT}):
    time.sleep(1.0)
os._exit(int(control[0] != 0.0))
"""
REFERENCE = Path(__file__).parents[1] / "verification" / "reference"


def taylor(case, **limit):
    return TaylorPolycrystal(case.material, case.quaternions, tolerance=1e-14, max_steps=10**9, **limit)


def cell(case, **limit):
    return SpectralCell(case.material, case.grain_map, case.angles, tolerance=1e-8, steps=400_000, **limit)


@pytest.mark.parametrize(("name", "build"), [("mg_t1_random10_8", taylor), ("xt_c1_random10_16_rotated", cell)])
def test_time_is_up_inside_the_kernel(name, build):
    case = read_case(REFERENCE / f"{name}.json")
    # Compiles the kernels, which the clock must not count.
    build(case, time_limit_s=1e-9).response(case.path, case.times, case.duration_s)
    given_up = build(case, time_limit_s=0.02).response(case.path, case.times, case.duration_s)
    assert given_up.outcome is Outcome.TIME_LIMIT
    assert 0.0 <= given_up.last_good_time < 1.0
    known = case.times <= given_up.last_good_time
    assert np.isfinite(given_up.stress[known]).all()
    assert np.isnan(given_up.stress[~known]).all()


def test_enough_time_changes_no_bit():
    case = read_case(REFERENCE / "mg_t1_random10_8.json")
    limited = TaylorPolycrystal(case.material, case.quaternions, time_limit_s=60.0)
    free = TaylorPolycrystal(case.material, case.quaternions)
    histories = [c.response(case.path, case.times, case.duration_s).stress for c in (limited, free)]
    np.testing.assert_array_equal(*histories)


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


def test_a_process_that_was_forked_off_has_a_clock_of_its_own() -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED], check=True, timeout=120)


def test_what_ran_out_of_steps_by_the_clock_ran_out_of_time() -> None:
    with watched(np.array([1000.0]), 0, SHORT) as watchdog:
        time.sleep(1.0)
    assert watchdog.outcome(Outcome.STEP_LIMIT) is Outcome.TIME_LIMIT
    assert watchdog.outcome(Outcome.CONVERGED) is Outcome.CONVERGED
