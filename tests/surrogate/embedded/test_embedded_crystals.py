"""Embedded crystals: what they answer is a Taylor polycrystal's, and the texture is found from mean stresses alone."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.errors import InputError
from hammerscale.loading.knots import piecewise_linear
from hammerscale.microstructure.texture import random_texture
from hammerscale.provenance import collect
from hammerscale.surrogate.embedded.embedded_crystals import FittedCrystals, load_crystals
from hammerscale.surrogate.embedded.orientations import even_orientations
from hammerscale.surrogate.embedded.texture_search import TextureSearch
from hammerscale.surrogate.model_folder import read_model
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.norms import deviatoric_error
from hammerscale.surrogate.socket import Histories, Split
from hammerscale.tensor.voigt import determinant
from tests.contracts import surrogate as contract
from tests.crystal.materials import MAGNESIUM, MICROSECOND, SQUARE
from tests.surrogate.histories import plane_histories, random_stretch

SPLIT = Split(train=np.arange(6), validation=np.arange(6, 8))
SMALL = TextureSearch(MAGNESIUM, MICROSECOND, grains=2, candidates=8, search_paths=4)


def model(grains=3, tolerance=1e-6):
    weights = np.arange(1.0, grains + 1.0) / np.arange(1.0, grains + 1.0).sum()
    coarse = np.eye(grains)[0]
    texture = random_texture(np.random.default_rng(5), grains)
    return FittedCrystals(MAGNESIUM, texture, weights, coarse, tolerance, MICROSECOND)


def histories(texture, weights, paths=10, samples=15):
    """Return mean stresses of a Taylor polycrystal along paths that are straight between samples."""
    times, stretch = random_stretch(paths, samples)
    cell = TaylorPolycrystal(MAGNESIUM, texture, weights, tolerance=1e-4)
    walks = [piecewise_linear(times, walk) for walk in stretch]
    stress = np.array([one.stress for one in cell.responses(walks, times, MICROSECOND)])
    return Histories(times, stretch, stress, volumetric_isochoric=True)


@pytest.fixture(scope="module")
def data():
    return histories(random_texture(np.random.default_rng(6), 4), np.full(4, 0.25))


def test_contract_of_a_surrogate(data):
    contract.check_fit_is_reproducible(SMALL, data, SPLIT)
    contract.check_training_rows_only(SMALL, data, SPLIT)


def test_the_prediction_is_the_response_of_a_taylor_polycrystal(data):
    fitted = model()
    cell = TaylorPolycrystal(MAGNESIUM, fitted.quaternions, fitted.weights, tolerance=1e-6)
    predicted = fitted.predict(data.times, data.stretch)
    for path, stress in zip(data.stretch[:3], predicted[:3], strict=True):
        expected = cell.response(piecewise_linear(data.times, path), data.times, MICROSECOND).stress
        # Round-off in the path is amplified by the step control up to the tolerance.
        np.testing.assert_allclose(stress, expected, atol=1e-4 * np.abs(expected).max())


def test_the_mean_stress_is_that_of_the_volume(data):
    mean = model().predict(data.times, data.stretch)[..., :3].mean(axis=-1)
    expected = 2.0 * MAGNESIUM.volumetric_modulus * (determinant(data.stretch) - 1.0)
    np.testing.assert_allclose(mean, expected, rtol=1e-12, atol=1e-3)


def test_the_future_has_no_influence_on_the_past(data):
    changed = data.stretch.copy()
    changed[:, 10:] += 0.02
    fitted = model()
    before, after = fitted.predict(data.times, data.stretch), fitted.predict(data.times, changed)
    np.testing.assert_array_equal(after[:, :10], before[:, :10])


def test_rest_stays_at_rest():
    rest = np.tile([1.0, 1.0, 1.0, 0.0, 0.0, 0.0], (2, 5, 1))
    np.testing.assert_allclose(model().predict(np.linspace(0.0, 1.0, 5), rest), 0.0, atol=1e-2)


def test_strains_beyond_the_training_stay_finite():
    times, stretch = random_stretch(4, 15, max_strain=0.2)
    assert np.isfinite(model(tolerance=1e-4).predict(times, stretch)).all()


def test_a_stretch_that_turns_matter_inside_out_is_no_number(data):
    inverted = data.stretch[:2].copy()
    inverted[1, 5:, 0] = -1.0
    predicted = model().predict(data.times, inverted)
    assert np.isfinite(predicted[0]).all()
    assert np.isnan(predicted[1, -1]).any()


def test_an_exported_model_predicts_the_same_bits(data, tmp_path):
    fitted = model()
    fitted.export(tmp_path / "model", collect("0" * 64, {}))
    loaded = load_model(tmp_path / "model")
    expected = fitted.predict(data.times, data.stretch)
    np.testing.assert_array_equal(loaded.predict(data.times, data.stretch), expected)


def test_an_exported_model_holds_the_constants_of_its_crystal(tmp_path):
    model().export(tmp_path / "model", collect("0" * 64, {}))
    assert load_crystals(read_model(tmp_path / "model")).material == MAGNESIUM


def test_grains_that_are_candidates_are_found_from_mean_stresses():
    candidates = even_orientations(16)
    data = histories(candidates[[2, 9, 15]], np.array([0.5, 0.3, 0.2]))
    fitted = TextureSearch(MAGNESIUM, MICROSECOND, grains=8, candidates=16).fit(data, SPLIT, seed=0)
    errors = deviatoric_error(fitted.predict(data.times, data.stretch[8:]), data.stress[8:], data.times)
    assert errors.max() < 0.02


def test_more_grains_are_nearer_to_a_polycrystal():
    data = histories(random_texture(np.random.default_rng(7), 24), np.full(24, 1.0 / 24.0))
    errors = [
        deviatoric_error(
            replace(SMALL, grains=grains, candidates=32)
            .fit(data, SPLIT, seed=0)
            .predict(data.times, data.stretch[SPLIT.train]),
            data.stress[SPLIT.train],
            data.times,
        ).mean()
        for grains in (2, 16)
    ]
    assert errors[1] < 0.6 * errors[0]


def test_a_plane_crystal_and_plane_histories_are_refused(data):
    with pytest.raises(InputError, match="lattice of square"):
        replace(SMALL, material=SQUARE).fit(data, SPLIT, seed=0)
    with pytest.raises(InputError, match="three dimensions"):
        SMALL.fit(plane_histories(), SPLIT, seed=0)
