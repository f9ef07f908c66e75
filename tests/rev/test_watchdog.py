"""A simulation that takes too long is given up inside the compiled kernel, with what it has found so far."""

from pathlib import Path

import numpy as np
import pytest

from hammerscale.rev.case import read_case
from hammerscale.rev.spectral import SpectralCell
from hammerscale.rev.taylor import TaylorPolycrystal
from hammerscale.rev.unit_cell import Outcome

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
