"""Norms of stress histories against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.surrogate.norms import (
    component_errors,
    deviatoric_error,
    history_norm,
    paper_metric,
    total_error,
    trapezoid_weights,
)
from hammerscale.tensor.voigt import IDENTITY, NORM_WEIGHTS, to_matrix

TIMES = np.linspace(0.0, 1.0, 11)


def histories(seed, paths=4, samples=11):
    return np.random.default_rng(seed).standard_normal((paths, samples, 6))


def test_tensor_norm_is_the_frobenius_norm_of_the_matrix():
    stress = histories(1)
    frobenius = (to_matrix(stress) ** 2).sum(axis=(-1, -2))
    expected = np.sqrt(frobenius @ trapezoid_weights(TIMES))
    np.testing.assert_allclose(history_norm(stress, TIMES, NORM_WEIGHTS), expected, rtol=1e-13)


def test_norm_of_a_line_in_time_is_its_integral_on_any_grid():
    times = np.unique(np.random.default_rng(3).random(4001))
    times[0], times[-1] = 0.0, 1.0
    line = np.zeros((1, times.size, 6))
    line[0, :, 0] = times
    assert history_norm(line, times, NORM_WEIGHTS)[0] == pytest.approx(np.sqrt(1 / 3), rel=1e-5)


@given(st.floats(-2.0, 2.0), st.integers(0, 1000))
def test_a_prediction_scaled_by_one_plus_e_has_error_e(error, seed):
    stress = histories(seed)
    scaled = (1.0 + error) * stress
    for found in (
        total_error(scaled, stress, TIMES, NORM_WEIGHTS),
        deviatoric_error(scaled, stress, TIMES),
        paper_metric(scaled, stress),
    ):
        np.testing.assert_allclose(found, abs(error), atol=1e-14)


def test_a_wrong_pressure_leaves_the_deviatoric_error_zero():
    stress = histories(2)
    wrong = stress + 7.0 * IDENTITY
    np.testing.assert_allclose(deviatoric_error(wrong, stress, TIMES), 0.0, atol=1e-14)
    assert (total_error(wrong, stress, TIMES, NORM_WEIGHTS) > 0.5).all()


def test_paper_metric_counts_a_shear_once_and_the_tensor_norm_twice():
    reference = np.zeros((1, 11, 6))
    reference[..., 0] = 1.0
    predicted = reference.copy()
    predicted[..., 3] = 0.1
    assert paper_metric(predicted, reference)[0] == pytest.approx(0.1)
    assert total_error(predicted, reference, TIMES, NORM_WEIGHTS)[0] == pytest.approx(0.1 * np.sqrt(2.0))


def test_component_errors_are_over_the_whole_deviator_and_add_up_to_the_total_error():
    reference, predicted = histories(4), histories(5)
    reference -= reference[..., :3].mean(axis=-1, keepdims=True) * IDENTITY
    parts = component_errors(predicted, reference, TIMES)
    whole = np.sqrt((parts**2) @ NORM_WEIGHTS)
    np.testing.assert_allclose(whole, total_error(predicted, reference, TIMES, NORM_WEIGHTS), rtol=1e-12)


def test_a_path_without_stress_is_matched_or_missed():
    nothing = np.zeros((2, 11, 6))
    predicted = nothing.copy()
    predicted[1, 3, 0] = 1.0
    np.testing.assert_array_equal(total_error(predicted, nothing, TIMES, NORM_WEIGHTS), [0.0, np.inf])
