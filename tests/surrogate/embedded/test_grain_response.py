"""What single grains answer is what a Taylor polycrystal of one grain answers."""

import numpy as np
import pytest

from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.crystal.integrator import GrainIntegrator
from hammerscale.errors import InputError
from hammerscale.loading.knots import piecewise_linear
from hammerscale.microstructure.texture import random_texture
from hammerscale.surrogate.embedded.grain_response import BLOCK, grain_response
from hammerscale.surrogate.features import deviator_coordinates
from tests.crystal.materials import MAGNESIUM, MICROSECOND
from tests.surrogate.histories import random_stretch

GRAINS = random_texture(np.random.default_rng(3), 5)
INTEGRATOR = GrainIntegrator(MAGNESIUM, 1e-7, 1_000_000)


def test_the_answers_are_the_deviators_of_single_crystals():
    times, stretch = random_stretch(3, 21)
    answers = grain_response(INTEGRATOR, GRAINS, times, stretch, MICROSECOND, (5, 20))
    for g in range(len(GRAINS)):
        crystal = TaylorPolycrystal(MAGNESIUM, GRAINS[g : g + 1], tolerance=1e-7)
        for p in range(3):
            stress = crystal.response(piecewise_linear(times, stretch[p]), times[[5, 20]], MICROSECOND).stress
            expected = deviator_coordinates(stress) / MAGNESIUM.shear_modulus
            np.testing.assert_allclose(answers[p, :, :, g], expected, atol=1e-4 * np.abs(expected).max())


def test_a_path_is_answered_alike_in_any_company():
    times, stretch = random_stretch(BLOCK + 2, 5)
    together = grain_response(INTEGRATOR, GRAINS, times, stretch, MICROSECOND, (2, 4))
    alone = grain_response(INTEGRATOR, GRAINS[2:3], times, stretch[-1:], MICROSECOND, (2, 4))
    np.testing.assert_array_equal(together[-1:, :, :, 2:3], alone)


def test_a_path_that_cannot_be_integrated_is_refused_and_not_compared():
    times, stretch = random_stretch(3, 5)
    impatient = GrainIntegrator(MAGNESIUM, 1e-7, 2)
    with pytest.raises(InputError, match="3 of 3 training paths cannot be integrated with the constants of"):
        grain_response(impatient, GRAINS, times, stretch, MICROSECOND, (2, 4))
