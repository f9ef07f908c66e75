"""What must not change the stress of a cell, and the laws that its energies obey."""

import numpy as np
import pytest

from bench.plain_cell import PlainCell
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.loading.knots import piecewise_linear
from hammerscale.loading.uniaxial import uniaxial
from tests.cells import curved_path, grains, relative_error, square_material

N = 16
TIMES = np.linspace(0.0, 1.0, 6)
MAP, ANGLES = grains(N, 4)
SCHEMES = ["rotated", "fourier"]


def stress(grain_map, path, scheme, **options):
    cell = SpectralCell(square_material(), grain_map, ANGLES, scheme, tolerance=1e-8, steps=200, **options)
    return cell.response(path, TIMES, 1.0).stress


@pytest.mark.parametrize("scheme", SCHEMES)
def test_moving_the_map_changes_nothing(scheme):
    moved = np.roll(MAP, (3, 7), axis=(0, 1))
    assert relative_error(stress(moved, curved_path(), scheme), stress(MAP, curved_path(), scheme)) < 1e-7


@pytest.mark.parametrize("scheme", SCHEMES)
def test_turning_cell_and_path_by_90_degrees_turns_the_stress(scheme):
    """The point (x1, x2) goes to (-x2, x1); a square crystal is the same after a quarter turn."""
    path = curved_path()
    turned_knots = path.stretch(path.breakpoints)[:, [1, 0, 2, 3, 4, 5]] * np.array([1, 1, 1, -1, 1, 1])
    # The same smooth cubic in turned components, not a new interpolation.
    coefficients = path.coefficients[:, [1, 0, 2, 3, 4, 5]] * np.array([1, 1, 1, -1, 1, 1])[None, :, None]
    turned_path = type(path)("turned", path.breakpoints, np.ascontiguousarray(coefficients))
    np.testing.assert_allclose(turned_path.stretch(path.breakpoints), turned_knots)
    turned_map = np.empty_like(MAP)
    i, j = np.indices(MAP.shape)
    turned_map[N - 1 - j, i] = MAP
    expected = stress(MAP, path, scheme)[:, [1, 0, 2]] * np.array([1, 1, -1])
    assert relative_error(stress(turned_map, turned_path, scheme), expected) < 1e-6


def test_only_the_product_of_duration_and_reference_rate_matters():
    slow = SpectralCell(square_material(reference_rate=0.1), MAP, ANGLES, steps=200)
    fast = SpectralCell(square_material(reference_rate=1.0), MAP, ANGLES, steps=200)
    first = slow.response(curved_path(), TIMES, 10.0).stress
    np.testing.assert_allclose(first, fast.response(curved_path(), TIMES, 1.0).stress, rtol=1e-9)


def test_the_error_falls_with_the_square_of_the_step():
    path, times = uniaxial(0.002), np.array([1.0])

    def final(steps):
        cell = SpectralCell(square_material(), MAP, ANGLES, tolerance=1e-10, steps=steps)
        response = cell.response(path, times, 1.0)
        assert response.diagnostics["steps"] == steps
        return response.stress[0]

    exact = final(1600)
    errors = [np.linalg.norm(final(steps) - exact) for steps in (50, 100, 200)]
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert (orders > 1.8).all()
    assert (orders < 2.3).all()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_work_of_the_mean_stress_is_stored_or_dissipated(scheme):
    """∫ <P>:dU = W + D, the trapezoidal rule over 401 times leaving 1e-4."""
    times = np.linspace(0.0, 1.0, 401)
    path = piecewise_linear(
        np.array([0.0, 0.6, 1.0]), np.array([[1.0, 1, 1, 0, 0, 0], [1.02, 0.99, 1, 0.01, 0, 0], [1, 1, 1, 0, 0, 0]])
    )
    response = SpectralCell(square_material(), MAP, ANGLES, scheme, steps=400).response(path, times, 1.0)
    u = path.stretch(times)[:, [0, 3, 3, 1]].reshape(-1, 2, 2)
    s = response.stress[:, [0, 2, 2, 1]].reshape(-1, 2, 2)
    piola = np.linalg.det(u)[:, None, None] * s @ np.linalg.inv(u)
    work = np.concatenate([[0.0], np.cumsum((0.5 * (piola[1:] + piola[:-1]) * np.diff(u, axis=0)).sum((1, 2)))])
    balance = response.stored_energy + response.dissipation
    np.testing.assert_allclose(balance, work, atol=5e-4 * balance.max())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_dissipation_grows_and_slip_keeps_the_volume(scheme):
    cell = SpectralCell(square_material(), MAP, ANGLES, scheme, steps=200)
    response = cell.response(curved_path(3.0), np.linspace(0, 1, 21), 1.0)
    assert (np.diff(response.dissipation) > 0.0).all()
    fields = cell.fields(curved_path(3.0), 1.0, 1.0)
    np.testing.assert_allclose(np.linalg.det(fields.inelastic), 1.0, atol=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_hill_mandel_symmetry_and_equilibrium_hold_to_the_tolerance(scheme):
    cell = SpectralCell(square_material(), MAP, ANGLES, scheme, tolerance=1e-6, steps=200)
    diagnostics = cell.response(curved_path(3.0), TIMES, 1.0).diagnostics
    assert 0.0 < diagnostics["max_relative_residual"] <= 1e-6
    assert diagnostics["hill_mandel_defect"] < 1e-6
    assert diagnostics["stress_asymmetry"] < 1e-5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_fields_are_compatible_in_equilibrium_and_have_the_imposed_mean(scheme):
    plain = PlainCell(square_material(), MAP, ANGLES, scheme)
    fields = SpectralCell(square_material(), MAP, ANGLES, scheme, tolerance=1e-6, steps=200).fields(
        curved_path(), 1.0, 1.0
    )
    f, p = (np.moveaxis(a, (2, 3), (0, 1)) for a in (fields.deformation_gradient, fields.piola_stress))
    fluctuation = f - f.mean((2, 3), keepdims=True)
    np.testing.assert_allclose(plain.project(f), fluctuation, atol=1e-12)
    assert np.sqrt((plain.project(p) ** 2).mean()) <= 1.01e-6 * np.sqrt((p**2).mean())
    u = curved_path().stretch(np.array([1.0]))[0]
    np.testing.assert_allclose(f.mean((2, 3)), [[u[0], u[3]], [u[3], u[1]]], atol=1e-14)
