import numpy as np
import pytest
from numba import njit

from hammerscale.cell.spectral.spectral_fields import fourier_gradient as numpy_spectral_gradient
from hammerscale.cell.spectral.spectral_fields import stencil_gradient
from hammerscale.cell.spectral.spectral_fourier import frequencies
from hammerscale.cell.spectral.spectral_operators import (
    FOURIER,
    ROTATED,
    add_divergence_row,
    close_divergence,
    close_periodic,
    copy_row,
    fill_operator_tables,
    gradient_row,
    open_divergence,
    spectral_divergence,
    spectral_gradient,
)
from hammerscale.cell.spectral.spectral_workspace import new_workspace

N = 16
SCHEMES = [ROTATED, FOURIER]


@njit
def gradient(workspace, scheme):
    w = workspace[0]
    if len(scheme) == 1:
        close_periodic(w.displacement)
        for i in range(w.cosh.shape[0]):
            gradient_row(w.displacement, i, w.row)
            copy_row(w.row, w.field[i])
    else:
        spectral_gradient(w, w.displacement, w.field)


@njit
def divergence(workspace, scheme):
    w = workspace[0]
    if len(scheme) == 1:
        open_divergence(w.residual)
        for i in range(w.cosh.shape[0]):
            copy_row(w.field[i], w.row)
            add_divergence_row(w.row, i, w.residual)
        close_divergence(w.residual)
    else:
        spectral_divergence(w, w.field, w.residual)


def workspace_with_displacement(scheme, seed=0):
    workspace = new_workspace(N)
    fill_operator_tables(workspace[0], N, scheme, 1.26)
    workspace[0]["displacement"][:, :N, :N] = np.random.default_rng(seed).normal(size=(2, N, N))
    return workspace


def field_of(workspace):
    """Return the field as (N, N, 2, 2)."""
    return np.moveaxis(workspace[0]["field"][:, :, 1 : N + 1].reshape(N, 2, 2, N), 3, 1).copy()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_divergence_is_the_adjoint_of_gradient(scheme):
    workspace = workspace_with_displacement(scheme)
    record = workspace[0]
    gradient(workspace, scheme)
    strain, displacement = field_of(workspace), record["displacement"][:, :N, :N].copy()
    stress = np.random.default_rng(1).normal(size=(N, N, 2, 2))
    record["field"][:, :, 1 : N + 1] = np.moveaxis(stress, 1, 3).reshape(N, 4, N)
    divergence(workspace, scheme)
    inner = (record["residual"][:, :N, :N] * displacement).sum()
    assert inner == pytest.approx((strain * stress).sum(), rel=1e-12)


def test_the_stencil_gradient_agrees_with_numpy():
    workspace = workspace_with_displacement(ROTATED)
    gradient(workspace, ROTATED)
    expected = stencil_gradient(workspace[0]["displacement"][:, :N, :N], np.zeros((2, 2)))
    np.testing.assert_allclose(field_of(workspace), expected, atol=1e-14)


def test_the_fourier_gradient_agrees_with_numpy():
    workspace = workspace_with_displacement(FOURIER)
    gradient(workspace, FOURIER)
    record = workspace[0]
    expected = numpy_spectral_gradient(
        record["displacement"][:, :N, :N], record["frequency"][:, :, :N], np.zeros((2, 2))
    )
    np.testing.assert_allclose(field_of(workspace), expected, atol=1e-10 * abs(expected).max())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_gradient_has_no_mean(scheme):
    workspace = workspace_with_displacement(scheme)
    gradient(workspace, scheme)
    strain = field_of(workspace)
    assert abs(strain.mean(axis=(0, 1))).max() <= 1e-12 * abs(strain).max()


def test_the_fourier_gradient_is_exact_for_a_resolved_wave():
    workspace = workspace_with_displacement(FOURIER)
    x = np.arange(N) / N
    wave = np.sin(2 * np.pi * 3 * x)[:, None] * np.ones(N)
    record = workspace[0]
    spectrum = np.fft.fft2(wave).T / N**2
    order = frequencies(N)
    packed = spectrum[np.ix_(order, order)]
    record["displacement"][0, :N, :N], record["displacement"][1, :N, :N] = packed.real, packed.imag
    gradient(workspace, FOURIER)
    expected = 6 * np.pi * np.cos(6 * np.pi * x)[:, None] * np.ones(N)
    np.testing.assert_allclose(field_of(workspace)[..., 0, 0], expected, atol=1e-11)


def test_the_modes_of_half_the_grid_carry_no_fourier_gradient():
    workspace = new_workspace(N)
    fill_operator_tables(workspace[0], N, FOURIER, 1.26)
    nyquist = np.flatnonzero(frequencies(N) == N // 2)[0]
    frequency = workspace[0]["frequency"][:, :, :N]
    assert not frequency[:, nyquist].any()
    assert not frequency[:, :, nyquist].any()


def test_the_hourglass_mode_carries_no_rotated_gradient():
    workspace = workspace_with_displacement(ROTATED)
    checkerboard = (-1.0) ** np.add.outer(np.arange(N), np.arange(N))
    workspace[0]["displacement"][:, :N, :N] = checkerboard
    gradient(workspace, ROTATED)
    assert not field_of(workspace).any()
