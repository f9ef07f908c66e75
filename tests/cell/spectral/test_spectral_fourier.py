import numpy as np
import pytest
from numba import njit

from hammerscale.cell.spectral.spectral_fourier import (
    fill_transform_tables,
    frequencies,
    signed_frequencies,
    transform_backward,
    transform_forward,
)
from hammerscale.cell.spectral.spectral_workspace import fourier_radices, new_workspace

GRIDS = [6, 16, 32]


@njit
def forward(workspace):
    transform_forward(workspace[0])


@njit
def backward(workspace):
    transform_backward(workspace[0])


def random_planes(n):
    workspace = new_workspace(n)
    fill_transform_tables(workspace[0], n)
    workspace[0]["spectrum"][:, :, :n] = np.random.default_rng(n).normal(size=(2, n, n))
    return workspace, workspace[0]["spectrum"][:, :, :n].copy()


@pytest.mark.parametrize("n", GRIDS)
def test_the_spectrum_is_numpys_in_the_order_of_frequencies_and_transposed(n):
    workspace, planes = random_planes(n)
    forward(workspace)
    order = frequencies(n)
    expected = np.fft.fft2(planes[0] + 1j * planes[1]).T[np.ix_(order, order)]
    real, imag = workspace[0]["spectrum"][:, :, :n]
    np.testing.assert_allclose(real + 1j * imag, expected, atol=1e-12 * n**2)


@pytest.mark.parametrize("n", GRIDS)
def test_backward_undoes_forward_up_to_the_number_of_pixels(n):
    workspace, planes = random_planes(n)
    forward(workspace)
    backward(workspace)
    np.testing.assert_allclose(workspace[0]["spectrum"][:, :, :n] / n**2, planes, atol=1e-13)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 12, 60, 64, 100, 128, 256])
def test_every_grid_factors_into_the_stages_and_each_frequency_appears_once(n):
    stages, radix = fourier_radices(n)
    assert 4**stages * radix == n
    np.testing.assert_array_equal(np.sort(frequencies(n)), np.arange(n))


@pytest.mark.parametrize("n", [5, 16])
def test_opposite_positions_hold_opposite_frequencies(n):
    workspace = new_workspace(n)
    fill_transform_tables(workspace[0], n)
    order = frequencies(n)
    np.testing.assert_array_equal(order[workspace[0]["opposite"]], -order % n)


@pytest.mark.parametrize("n", [5, 16])
def test_signed_frequencies_are_those_of_numpy(n):
    np.testing.assert_array_equal(signed_frequencies(n), (np.fft.fftfreq(n, 1 / n))[frequencies(n)])
