"""Cells whose answer is known: one crystal, a laminate, no slip, no shear, a bound."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import root

from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.cell.spectral.spectral_fields import inelastic_gradient, piola_stress
from hammerscale.loading.knots import piecewise_linear
from hammerscale.loading.uniaxial import uniaxial
from tests.cells import curved_path, grains, relative_error, square_material

N = 16
TIMES = np.linspace(0.0, 1.0, 6)


def orientation(angle):
    return np.array([-np.sin(2 * angle), np.cos(2 * angle)])


def stretch_matrix(path, time):
    u = path.stretch(np.array([time]))[0]
    return np.array([[u[0], u[3]], [u[3], u[1]]])


def pixel_stress(material, gradient, slip, angle):
    """Return P (2, 2) of one crystal."""
    inelastic = inelastic_gradient(np.array(slip), orientation(angle))
    return piola_stress(gradient, inelastic, material.shear_modulus, material.volumetric_modulus)


def slip_rate(material, gradient, slip, angle):
    """Return γ̇ of one crystal from the Mandel stress and the first system."""
    family, inelastic = material.slip[0], inelastic_gradient(np.array(slip), orientation(angle))
    fe = gradient @ np.linalg.inv(inelastic)
    mandel = fe.T @ pixel_stress(material, gradient, slip, angle) @ inelastic.T
    s, m = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    tau = s @ mandel @ m
    return family.reference_rate * np.sign(tau) * (abs(tau) / family.drag_stress) ** (1 / family.rate_exponent)


def crystal_stress(material, path, angle):
    """Return σ11, σ22, σ12 at TIMES of one crystal, integrated tightly."""

    def slope(time, slip):
        return [slip_rate(material, stretch_matrix(path, time), slip[0], angle)]

    slips = solve_ivp(slope, (0, 1), [0.0], "Radau", TIMES, rtol=1e-9, atol=1e-12).y[0]
    out = []
    for time, slip in zip(TIMES, slips, strict=True):
        u = stretch_matrix(path, time)
        cauchy = pixel_stress(material, u, slip, angle) @ u.T / np.linalg.det(u)
        out.append([cauchy[0, 0], cauchy[1, 1], cauchy[0, 1]])
    return np.array(out)


@pytest.mark.parametrize(("m", "steps"), [(0.5, 2000), (0.2, 2000)])
@pytest.mark.parametrize("scheme", ["rotated", "fourier"])
def test_a_cell_of_one_grain_is_its_crystal(scheme, m, steps):
    material, angles = square_material(m), np.array([0.3])
    cell = SpectralCell(material, np.zeros((N, N), dtype=int), angles, scheme, steps=steps)
    stress = cell.response(curved_path(), TIMES, 1.0).stress
    assert relative_error(stress, crystal_stress(material, curved_path(), 0.3)) < 1e-6


def laminate_stress(material, path, angles, share):
    """Return σ11, σ22, σ12 at TIMES of layers normal to x1, the first a `share`: F = U + b⊗e1 with P e1 continuous."""

    def layers(time, slip, guess):
        u = stretch_matrix(path, time)

        def gradients(b):
            return [u + weight * np.outer(b, [1.0, 0.0]) for weight in (1.0 - share, -share)]

        def jump(b):
            first, second = (
                pixel_stress(material, f, g, a) for f, g, a in zip(gradients(b), slip, angles, strict=True)
            )
            return (first - second)[:, 0] / material.shear_modulus

        return gradients(root(jump, guess, tol=1e-13).x)

    def slope(time, slip):
        fields = layers(time, slip, np.zeros(2))
        return [slip_rate(material, f, g, a) for f, g, a in zip(fields, slip, angles, strict=True)]

    slips = solve_ivp(slope, (0, 1), [0.0, 0.0], "RK45", TIMES, rtol=1e-8, atol=1e-11).y.T
    out = []
    for time, slip in zip(TIMES, slips, strict=True):
        u, fields = stretch_matrix(path, time), layers(time, slip, np.zeros(2))
        first, second = (pixel_stress(material, f, g, a) for f, g, a in zip(fields, slip, angles, strict=True))
        cauchy = (share * first + (1.0 - share) * second) @ u.T / np.linalg.det(u)
        out.append([cauchy[0, 0], cauchy[1, 1], cauchy[0, 1]])
    return np.array(out)


def laminate_error(scheme, first_pixels):
    """Return the error of a cell whose first layer has so many of the N pixels."""
    angles = [0.2, 1.1]
    layers = np.repeat((np.arange(N) >= first_pixels).astype(int), N).reshape(N, N)
    cell = SpectralCell(square_material(), layers, np.array(angles), scheme, tolerance=1e-7, steps=2000)
    expected = laminate_stress(square_material(), curved_path(), angles, first_pixels / N)
    return relative_error(cell.response(curved_path(), TIMES, 1.0).stress, expected)


@pytest.mark.parametrize("first_pixels", [5, 8])
def test_the_rotated_scheme_solves_a_laminate_exactly(first_pixels):
    assert laminate_error("rotated", first_pixels) < 1e-5


def test_the_fourier_scheme_solves_a_laminate_exactly_when_no_layer_needs_the_dropped_mode():
    assert laminate_error("fourier", 8) < 1e-5


def test_the_fourier_scheme_rings_in_a_laminate_that_needs_the_dropped_mode():
    assert 1e-5 < laminate_error("fourier", 5) < 0.05


@pytest.mark.parametrize("scheme", ["rotated", "fourier"])
def test_without_slip_the_isotropic_cell_deforms_uniformly(scheme):
    """Elasticity is the same in every grain, so Reuss and Voigt coincide and F = U everywhere."""
    grain_map, angles = grains(N, 4)
    material = square_material(drag_stress=1e30)
    fields = SpectralCell(material, grain_map, angles, scheme).fields(curved_path(), 1.0, 1.0)
    np.testing.assert_allclose(
        fields.deformation_gradient, np.broadcast_to(stretch_matrix(curved_path(), 1.0), (N, N, 2, 2)), atol=1e-12
    )


def test_equal_stretch_in_the_plane_causes_no_slip_and_has_a_closed_stress():
    grain_map, angles = grains(N, 4)
    path = piecewise_linear(np.array([0.0, 1.0]), np.array([[1.0, 1, 1, 0, 0, 0], [1.03, 1.03, 1, 0, 0, 0]]))
    response = SpectralCell(square_material(), grain_map, angles, steps=50).response(path, np.array([1.0]), 1.0)
    j, trace = 1.03**2, 2 * 1.03**2 + 1
    expected = 19e9 * j ** (-5 / 3) * (1.03**2 - trace / 3) + 48e9 * (j - 1)
    np.testing.assert_allclose(response.stress[0], [expected, expected, 0.0], rtol=1e-12, atol=1e-3)
    assert response.dissipation[0] == pytest.approx(0.0, abs=1e-6)


def test_the_cell_is_softer_than_its_taylor_bound():
    grain_map, angles = grains(N, 4)
    path = uniaxial(0.05)
    stress = SpectralCell(square_material(), grain_map, angles, steps=500).response(path, TIMES, 1.0).stress[:, 0]
    share = np.bincount(grain_map.ravel()) / grain_map.size
    taylor = sum(f * crystal_stress(square_material(), path, a)[:, 0] for f, a in zip(share, angles, strict=True))
    assert (stress[1:] < taylor[1:]).all()
    assert stress[-1] < 0.5 * taylor[-1]
