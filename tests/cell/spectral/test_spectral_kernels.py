from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from scipy.linalg import sqrtm

from bench.plain_cell import PlainCell
from hammerscale.cell.spectral.spectral_fields import inelastic_gradient, piola_stress
from hammerscale.cell.spectral.spectral_kernels import (
    advance_slip,
    clear,
    fill_hyperbolic,
    inverse_cube_root_squared,
    linearise_row,
    shear_row,
    slip_rates,
    stress_row,
)
from hammerscale.cell.spectral.spectral_operators import copy_row
from hammerscale.cell.spectral.spectral_workspace import new_workspace
from hammerscale.crystal.constants import law_constants
from hammerscale.crystal.geometry import crystal_geometry
from hammerscale.crystal.grain_rates import evaluate as evaluate_grain
from hammerscale.tensor.voigt import from_matrix
from tests.cells import grains, square_material

N = 16
VOLUMETRIC = 24.0 / 19.0
ORDER = [(0, 0), (0, 1), (1, 0), (1, 1)]
UPPER = [(a, b) for a in range(4) for b in range(a, 4)]


@njit
def evaluate(workspace, volumetric):
    w = workspace[0]
    fill_hyperbolic(w)
    clear(w.sums, 0.0)
    clear(w.extreme, 1e30)
    for i in range(w.cosh.shape[0]):
        copy_row(w.field[i], w.row)
        shear_row(w, i)
        stress_row(w, i, volumetric)
        linearise_row(w, i, volumetric)
        copy_row(w.row, w.field[i])


@njit
def rates(workspace, drag, exponent, reference):
    return slip_rates(workspace[0], drag, exponent, reference)


@njit
def advance(workspace, old_weight, new_weight):
    return advance_slip(workspace[0], old_weight, new_weight)


@njit
def power_of_volume(j):
    return inverse_cube_root_squared(j)


class Pixels:
    """Random pixels of a random crystal: F (N, N, 2, 2), slip and the workspace that holds them."""

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.gradient = np.eye(2) + rng.uniform(-0.2, 0.2, (N, N, 2, 2))
        self.slip = rng.uniform(-0.4, 0.4, (N, N))
        self.grain_map, self.angles = grains(N, 5)
        twice = 2 * self.angles[self.grain_map]
        self.workspace = new_workspace(N)
        self.record = self.workspace[0]
        self.record["orientation"] = -np.sin(twice), np.cos(twice)
        self.record["inelastic"] = np.exp(2 * self.slip)
        self.inelastic = inelastic_gradient(self.slip, self.record["orientation"])

    def evaluate(self, gradient, slip=None):
        """Return P (N, N, 2, 2) in units of G; the rest is in the record."""
        if slip is not None:
            self.record["inelastic"] = np.exp(2 * slip)
        mean = np.array([[1.0, 0.1], [-0.1, 0.9]])
        self.record["mean"] = mean.ravel()
        self.record["field"][:, :, 1 : N + 1] = np.moveaxis(gradient - mean, 1, 3).reshape(N, 4, N)
        evaluate(self.workspace, VOLUMETRIC)
        return np.moveaxis(self.record["field"][:, :, 1 : N + 1].reshape(N, 2, 2, N), 3, 1).copy()

    def energy(self, gradient, slip):
        """Return W (N, N) in units of G, from the printed energy."""
        fe = gradient @ np.linalg.inv(inelastic_gradient(slip, self.record["orientation"]))
        j = np.linalg.det(fe)
        return 0.5 * (((fe**2).sum((-1, -2)) + 1) * j ** (-2 / 3) - 3) + VOLUMETRIC * (j - 1) ** 2


def test_the_kernels_stress_is_the_tensor_form_of_the_specification():
    pixels = Pixels()
    expected = piola_stress(pixels.gradient, pixels.inelastic, 1.0, VOLUMETRIC)
    np.testing.assert_allclose(pixels.evaluate(pixels.gradient), expected, atol=1e-12)


def test_stress_is_the_derivative_of_the_energy():
    pixels, step = Pixels(), 1e-6
    stress = pixels.evaluate(pixels.gradient)
    for i, j in ORDER:
        change = np.zeros((2, 2))
        change[i, j] = step
        ahead, behind = (pixels.energy(pixels.gradient + s * change, pixels.slip) for s in (1, -1))
        np.testing.assert_allclose((ahead - behind) / (2 * step), stress[..., i, j], atol=1e-8)


def test_the_tangent_is_the_derivative_of_the_stress():
    pixels, step = Pixels(), 1e-6
    pixels.evaluate(pixels.gradient)
    tangent = np.moveaxis(pixels.record["tangent"][:, :, :N], 1, 2).copy()
    for b, (i, j) in enumerate(ORDER):
        change = np.zeros((2, 2))
        change[i, j] = step
        ahead, behind = (pixels.evaluate(pixels.gradient + s * change) for s in (1, -1))
        column = ((ahead - behind) / (2 * step)).reshape(N, N, 4)
        for a in range(4):
            stored = tangent[..., UPPER.index((min(a, b), max(a, b)))]
            np.testing.assert_allclose(column[..., a], stored, atol=2e-8)


def test_resolved_shear_is_minus_half_the_derivative_of_the_energy_with_the_slip():
    pixels, step = Pixels(), 1e-6
    pixels.evaluate(pixels.gradient)
    ahead, behind = (pixels.energy(pixels.gradient, pixels.slip + s * step) for s in (1, -1))
    np.testing.assert_allclose(pixels.record["shear"], -0.5 * (ahead - behind) / (2 * step), atol=1e-8)


def test_stiffness_is_minus_the_derivative_of_the_resolved_shear_with_the_slip():
    pixels, step = Pixels(), 1e-6
    pixels.evaluate(pixels.gradient)
    stiffness = pixels.record["stiffness"].copy()
    shears = []
    for sign in (1, -1):
        pixels.evaluate(pixels.gradient, pixels.slip + sign * step)
        shears.append(pixels.record["shear"].copy())
    np.testing.assert_allclose((shears[1] - shears[0]) / (2 * step), stiffness, atol=1e-8)


def test_the_resolved_shear_is_that_of_the_first_system_and_minus_that_of_the_second():
    pixels = Pixels()
    pixels.evaluate(pixels.gradient)
    plain = PlainCell(square_material(), pixels.grain_map, pixels.angles, "rotated")
    gradient, inelastic = (np.moveaxis(a, (0, 1), (2, 3)) for a in (pixels.gradient, pixels.inelastic))
    fe = plain.elastic(gradient, inelastic)[0]
    mandel = np.einsum("ki...,kj...->ij...", fe, plain.derivative(gradient, inelastic)) / plain.shear
    for sign, schmid in zip((1.0, -1.0), plain.schmid, strict=True):
        tau = sign * (mandel * schmid).sum((0, 1))
        np.testing.assert_allclose(pixels.record["shear"], tau, atol=1e-12)


def in_space(matrix):
    """Return matrices (3, 3) whose third axis stays."""
    whole = np.eye(3)
    whole[:2, :2] = matrix
    return whole


def test_a_pixel_slips_as_the_crystal_in_space():
    pixels, material = Pixels(), square_material()
    pixels.evaluate(pixels.gradient)
    family = material.slip[0]
    rates(pixels.workspace, family.drag_stress / material.shear_modulus, 2.0, family.reference_rate)
    for i, j in ((0, 0), (3, 11), (8, 5), (15, 2)):
        angle = pixels.angles[pixels.grain_map[i, j]]
        turn = in_space([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        gradient = in_space(pixels.gradient[i, j])
        tilde = np.linalg.inv(in_space(pixels.inelastic[i, j])) @ turn
        grain = SimpleNamespace(
            stretch=from_matrix(sqrtm(gradient.T @ gradient)),
            stage=np.concatenate([tilde.ravel(), np.zeros(2)]),
            rate=np.zeros(13),
        )
        evaluate_grain(grain, law_constants(material, 1.0), crystal_geometry(material))
        np.testing.assert_allclose(grain.rate[9:11], abs(pixels.record["rate"][i, j]), rtol=1e-10)


def test_the_sums_are_those_of_the_pixel_fields():
    pixels = Pixels()
    p = pixels.evaluate(pixels.gradient)
    f, sums = pixels.gradient, pixels.record["sums"]
    j = np.linalg.det(f)[..., None, None]
    cauchy = p @ np.swapaxes(f, -1, -2) / j
    power = (p * f).sum((-1, -2))
    expected = [*p.sum((0, 1)).ravel(), pixels.energy(f, pixels.slip).sum(), power.sum(), abs(power).sum()]
    np.testing.assert_allclose(sums[[0, 1, 2, 3, 5, 6, 7]], expected, rtol=1e-10)
    np.testing.assert_allclose(
        sums[[8, 9, 11]], [cauchy[..., 0, 0].sum(), cauchy[..., 1, 1].sum(), cauchy[..., 0, 1].sum()], rtol=1e-9
    )


def test_the_trace_of_the_cauchy_stress_is_the_pressure_law_of_the_volume():
    pixels = Pixels()
    pixels.evaluate(pixels.gradient)
    volume = np.linalg.det(pixels.gradient)
    trace = pixels.record["sums"][8:11].sum() / 3
    assert trace == pytest.approx((2 * VOLUMETRIC * (volume - 1)).sum(), rel=1e-10)


def test_the_least_volume_is_found_and_a_nan_is_not_hidden():
    pixels = Pixels()
    pixels.evaluate(pixels.gradient)
    assert pixels.record["extreme"].min() == pytest.approx(np.linalg.det(pixels.gradient).min(), rel=1e-12)
    pixels.gradient[3, 4] = np.nan
    pixels.evaluate(pixels.gradient)
    assert np.isnan(pixels.record["extreme"][4])


@given(st.floats(0.4, 2.5))
def test_the_power_of_the_volume_is_exact_to_round_off_in_the_usual_range(j):
    assert power_of_volume(j) == pytest.approx(j ** (-2 / 3), rel=2e-15)


@given(st.floats(0.2, 5.0))
def test_the_power_of_the_volume_is_good_to_1e10_in_the_wide_range(j):
    assert power_of_volume(j) == pytest.approx(j ** (-2 / 3), rel=1e-10)


@pytest.mark.parametrize("m", [0.5, 0.2])
def test_slip_rates_follow_the_power_law_and_its_slope(m):
    rng = np.random.default_rng(2)
    workspace = new_workspace(N)
    record = workspace[0]
    record["shear"], record["stiffness"] = rng.normal(size=(N, N)), rng.uniform(1, 2, (N, N))
    tau, drag, reference = record["shear"], 0.3, 2.0
    fastest, dissipation, slip = rates(workspace, drag, 1 / m, reference)
    expected = reference * np.sign(tau) * (abs(tau) / drag) ** (1 / m)
    np.testing.assert_allclose(record["rate"], expected, rtol=1e-12)
    assert dissipation == pytest.approx(2 * (expected * tau).sum())
    assert slip == pytest.approx(2 * abs(expected).sum())
    assert fastest == pytest.approx((reference / m / drag * abs(tau / drag) ** (1 / m - 1) * record["stiffness"]).max())


def test_an_unstressed_pixel_does_not_slip():
    workspace = new_workspace(N)
    assert rates(workspace, 0.3, 5.0, 1.0) == (0.0, 0.0, 0.0)
    assert not workspace[0]["rate"].any()


def test_slip_advances_by_the_exponential_of_the_mean_rate():
    rng = np.random.default_rng(3)
    workspace = new_workspace(N)
    record = workspace[0]
    for name in ("rate_old", "rate"):
        record[name] = rng.uniform(-1, 1, (N, N))
    record["inelastic_old"] = rng.uniform(0.5, 2, (N, N))
    largest = advance(workspace, 0.02, 0.03)
    slip = 0.02 * record["rate_old"] + 0.03 * record["rate"]
    assert largest == pytest.approx(abs(slip).max())
    np.testing.assert_allclose(record["inelastic"], record["inelastic_old"] * np.exp(2 * slip), rtol=2e-8)
    np.testing.assert_allclose(record["cosh"] ** 2 - record["sinh"] ** 2, 1.0, rtol=1e-12)
