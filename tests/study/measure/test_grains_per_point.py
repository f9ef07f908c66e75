"""Cost by grains per point: what is measured and refused."""

import numpy as np
import pytest

from hammerscale.config.law_file import read_law
from hammerscale.errors import InputError
from hammerscale.study.measure.grains_per_point import point_cost, taylor_cell
from hammerscale.tensor.voigt import IDENTITY
from tests.macro.bodies import CONFIG


class Counting:
    """A law that remembers what it was asked."""

    def __init__(self, status=0):
        self.asked, self.status = [], status

    def initial_state(self, n):
        return np.zeros((n, 1))

    def advance(self, state_old, gradient_old, gradient_new, duration_s, state_new):
        state_new[:] = state_old + 1.0
        self.asked.append((state_old[0, 0], gradient_old[0, 0, 0], gradient_new[0, 0, 0], duration_s))
        return gradient_new, np.full(len(state_old), self.status, np.int32)


def test_a_law_that_fails_has_no_cost():
    with pytest.raises(InputError, match="fails at 3 of 3 points"):
        point_cost(Counting(status=1), 4e-6, np.tile(IDENTITY, (3, 5, 1)))


def test_a_law_goes_along_the_whole_path_step_by_step():
    stretch = np.tile(IDENTITY, (3, 5, 1))
    stretch[:, :, 0] += np.arange(5)
    law = Counting()
    assert point_cost(law, 4e-6, stretch) > 0.0
    along = [(k, 1.0 + k, 2.0 + k, 1e-6) for k in range(4)]
    # The first call is not counted.
    np.testing.assert_allclose(law.asked, along[:1] + along)


def test_a_law_without_grains_is_refused():
    file = read_law(str(CONFIG / "laws/copper_j2.yaml")).file
    with pytest.raises(InputError, match="no Taylor polycrystal"):
        taylor_cell(file)
