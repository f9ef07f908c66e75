"""The frame: exact round trips, exact pressure, nothing at rest, no pressure in the features."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.cell.elastic_body import elastic_stress
from hammerscale.surrogate.features import (
    DEVIATORS,
    TensorFeatures,
    deviator_coordinates,
    fit_features,
    from_deviators,
    load_features,
)
from hammerscale.surrogate.socket import Histories
from hammerscale.tensor.voigt import IDENTITY, NORM_WEIGHTS, determinant, deviator
from tests.surrogate.histories import plane_histories, random_stretch, relaxing_histories


def test_deviators_are_orthonormal_in_the_tensor_norm_and_traceless():
    np.testing.assert_allclose((DEVIATORS * NORM_WEIGHTS) @ DEVIATORS.T, np.eye(5), atol=1e-15)
    np.testing.assert_allclose(DEVIATORS[:, :3].sum(axis=1), 0.0, atol=1e-15)


def test_coordinates_are_the_products_with_the_deviators():
    stress = np.random.default_rng(0).standard_normal((4, 6))
    coordinates = deviator_coordinates(stress)
    np.testing.assert_allclose(coordinates, stress @ (DEVIATORS * NORM_WEIGHTS).T, atol=1e-14)
    np.testing.assert_allclose(from_deviators(coordinates), coordinates @ DEVIATORS, atol=1e-14)
    np.testing.assert_allclose(from_deviators(coordinates), deviator(stress), atol=1e-14)


@pytest.mark.parametrize("data", [relaxing_histories(6), plane_histories(6)])
def test_stress_of_the_targets_is_the_stress(data):
    frame = fit_features(data)
    targets = frame.targets(data.stretch, data.stress)
    np.testing.assert_allclose(frame.stress(data.stretch, targets), data.stress, atol=1e-12 * np.abs(data.stress).max())


@pytest.mark.parametrize("data", [relaxing_histories(6), plane_histories(6)])
def test_features_and_targets_are_of_order_one_and_zero_at_rest(data):
    frame = fit_features(data)
    features, targets = frame.features(data.stretch), frame.targets(data.stretch, data.stress)
    assert np.sqrt((features**2).mean()) == pytest.approx(1.0)
    assert np.sqrt((targets**2).mean()) == pytest.approx(1.0)
    rest = data.stretch[:1, :1]
    assert (frame.features(rest) == 0.0).all()
    assert (frame.stress(rest, np.zeros(frame.sizes[1])) == 0.0).all()


def test_the_pressure_modulus_is_found_whatever_the_deviator():
    assert fit_features(relaxing_histories(6)).bulk_modulus == pytest.approx(48e9, rel=1e-12)


@given(st.floats(0.5, 2.0), st.integers(0, 100))
def test_a_change_of_volume_alone_changes_no_feature(factor, seed):
    _, stretch = random_stretch(1, 5, seed=seed)
    frame = TensorFeatures(48e9, 0.05, 1e9, 0.05, 1.0)
    np.testing.assert_allclose(frame.features(factor * stretch), frame.features(stretch), atol=1e-12)


def test_the_kirchhoff_deviator_of_an_elastic_body_does_not_see_the_volume():
    _, stretch = random_stretch(3, 5)
    frame = TensorFeatures(48e9, 1.0, 1.0, 1.0, 1.0)
    both = [frame.targets(u, elastic_stress(u, 25e9, 24e9)) for u in (stretch, 1.1 * stretch)]
    np.testing.assert_allclose(both[0], both[1], atol=1e-12 * np.abs(both[0]).max())


def test_whatever_is_predicted_the_pressure_is_exact():
    data = relaxing_histories(4)
    frame = fit_features(data)
    stress = frame.stress(data.stretch, np.random.default_rng(0).standard_normal((4, 21, 5)))
    exact = 48e9 * (determinant(data.stretch) - 1.0)[..., None] * IDENTITY
    np.testing.assert_allclose(stress - deviator(stress), exact, atol=1e-2)


@pytest.mark.parametrize("data", [relaxing_histories(6), plane_histories(6)])
def test_a_frame_survives_its_document(data):
    frame = fit_features(data)
    again = load_features(frame.document())
    targets = frame.targets(data.stretch, data.stress)
    np.testing.assert_array_equal(again.targets(data.stretch, data.stress), targets)
    np.testing.assert_array_equal(again.stress(data.stretch, targets), frame.stress(data.stretch, targets))


def test_a_linear_elastic_answer_of_foreign_components_leaves_nothing_to_learn():
    strain = np.random.default_rng(1).standard_normal((5, 9, 3)).cumsum(axis=1) * 1e-3
    strain -= strain[:, :1]
    names = ("a", "b", "c")
    stiffness = np.array([[3.0, 1.0], [1.0, 2.0], [0.0, 0.5]]) * 1e9
    data = Histories(np.linspace(0, 1, 9), strain, strain @ stiffness, names, names[:2], "small_strain")
    frame = fit_features(data)
    np.testing.assert_allclose(frame.stress(strain, np.zeros(2)), data.stress, atol=1e-3)
