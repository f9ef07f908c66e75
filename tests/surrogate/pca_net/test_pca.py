"""Reductions: exact on their span, the best of their size, independent of the grid when weighted."""

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.surrogate.norms import trapezoid_weights
from hammerscale.surrogate.pca_net.pca import fit_reduction, load_reduction
from hammerscale.surrogate.time_grid import resample
from tests.surrogate.histories import random_stretch

VARIANTS = [(False, False), (True, False), (False, True), (True, True)]


def low_rank(times, paths=30, rank=4, seed=0):
    """Return histories (n, t, 2) in the span of `rank` smooth functions."""
    rng = np.random.default_rng(seed)
    functions = np.array([np.cos(np.pi * k * times) for k in range(rank)])
    decay = 0.5 ** np.arange(rank)
    return np.einsum("nck,kt->ntc", rng.standard_normal((paths, 2, rank)) * decay, functions)


@pytest.mark.parametrize(("mean", "quadrature"), VARIANTS)
def test_projection_is_exact_on_the_span(mean, quadrature):
    times = np.linspace(0, 1, 41)
    histories = low_rank(times)
    found = fit_reduction(times, histories, 4, mean, quadrature)
    other = low_rank(times, paths=5, seed=1)
    np.testing.assert_allclose(found.lift(found.project(times, other), times), other, atol=1e-12)


@pytest.mark.parametrize(("mean", "quadrature"), VARIANTS)
def test_modes_are_orthonormal_in_their_inner_product(mean, quadrature):
    times = np.linspace(0, 1, 31) ** 1.5
    found = fit_reduction(times, random_stretch(20, 31)[1], 6, mean, quadrature)
    weights = trapezoid_weights(times) if quadrature else np.ones(31)
    product = np.einsum("ckt,clt,t->ckl", found.modes, found.modes, weights)
    np.testing.assert_allclose(product, np.broadcast_to(np.eye(6), product.shape), atol=1e-12)


def test_the_error_is_that_of_the_dropped_singular_values():
    times = np.linspace(0, 1, 31)
    histories = low_rank(times, rank=6)
    found = fit_reduction(times, histories, 3)
    dropped = sum((np.linalg.svd(histories[..., c], compute_uv=False)[3:] ** 2).sum() for c in range(2))
    rest = histories - found.lift(found.project(times, histories), times)
    assert (rest**2).sum() == pytest.approx(dropped, rel=1e-10)
    expected = np.linalg.norm(rest.reshape(30, -1), axis=1) / np.linalg.norm(histories.reshape(30, -1), axis=1)
    np.testing.assert_allclose(found.residual(times, histories), expected, rtol=1e-12)


def test_quadrature_weights_make_coefficients_independent_of_the_grid():
    fine, uneven = np.linspace(0, 1, 801), np.linspace(0, 1, 401) ** 1.3
    on_fine, on_uneven = (fit_reduction(grid, low_rank(grid), 3, quadrature=True) for grid in (fine, uneven))
    first, second = on_fine.project(fine, low_rank(fine)), on_uneven.project(uneven, low_rank(uneven))
    # Modes are unique up to their sign.
    np.testing.assert_allclose(np.abs(first), np.abs(second), atol=2e-4)


def test_without_weights_a_grid_twice_as_fine_gives_larger_coefficients():
    coarse, fine = np.linspace(0, 1, 101), np.linspace(0, 1, 201)
    norms = [np.linalg.norm(fit_reduction(g, low_rank(g), 4).project(g, low_rank(g))) for g in (coarse, fine)]
    assert norms[1] / norms[0] == pytest.approx(np.sqrt(2.0), rel=0.02)


def test_histories_on_another_grid_are_read_and_answered_there():
    times, finer = np.linspace(0, 1, 201), np.linspace(0, 1, 401)
    found = fit_reduction(times, low_rank(times), 4, quadrature=True)
    np.testing.assert_allclose(found.lift(found.project(finer, low_rank(finer)), finer), low_rank(finer), atol=2e-3)


def test_a_reduction_survives_its_arrays():
    times = np.linspace(0, 1, 31)
    found = fit_reduction(times, low_rank(times), 3, True, True)
    again = load_reduction(found.arrays("x"), "x")
    np.testing.assert_array_equal(again.project(times, low_rank(times)), found.project(times, low_rank(times)))


def test_more_modes_than_the_data_hold_are_refused():
    with pytest.raises(InputError, match="40 modes"):
        fit_reduction(np.linspace(0, 1, 31), np.zeros((50, 31, 1)), 40)


def test_resampling_is_exact_for_lines_and_returns_known_samples():
    times = np.array([0.0, 0.2, 0.7, 1.0])
    lines = np.stack([2.0 * times, 1.0 - times], axis=1)[None]
    wanted = np.linspace(0, 1, 8)
    np.testing.assert_allclose(
        resample(times, lines, wanted)[0], np.stack([2 * wanted, 1 - wanted], axis=1), atol=1e-15
    )
    np.testing.assert_allclose(resample(times, lines, times[1:3]), lines[:, 1:3], atol=1e-15)


def test_no_histories_have_no_coefficients():
    times = np.linspace(0.0, 1.0, 5)
    reduction = fit_reduction(times, np.ones((2, 5, 6)), 1)
    assert reduction.project(times, np.empty((0, 5, 6))).shape == (0, 6)
