"""Strain and stress measures."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.macro.records.fields import strain_measures, von_mises


@given(st.floats(0.5, 2.0))
def test_a_pure_change_of_volume_has_no_deviatoric_strain_but_the_printed_measure_has(stretch):
    measures = strain_measures(stretch * np.eye(3)[None])
    np.testing.assert_allclose(measures["deviatoric_strain"], 0.0, atol=1e-12)
    np.testing.assert_allclose(measures["volumetric_strain"], stretch**3 - 1.0, atol=1e-12)
    np.testing.assert_allclose(
        measures["deviatoric_strain_printed"], np.sqrt(3) / 2 * abs(stretch**-4 - 1.0), atol=1e-9
    )


def test_uniaxial_stress_is_its_own_von_mises_stress():
    np.testing.assert_allclose(von_mises(np.array([[-3e8, 0, 0, 0, 0, 0], [0, 0, 0, 1e8, 0, 0]])), [3e8, 3**0.5 * 1e8])
