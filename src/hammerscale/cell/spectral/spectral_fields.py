"""Pixel fields of a cell in plain NumPy, for figures and tests: written from tensors, not from the kernels."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.cell.spectral.spectral_fourier import frequencies
from hammerscale.crystal.elasticity import shape_stress, volume_slope


@dataclass(frozen=True)
class CellFields:
    """Pixel fields of a cell at one time; axis 0 of the grid is x1.

    Attributes
    ----------
    deformation_gradient : F (N, N, 2, 2)
    inelastic : Fin (N, N, 2, 2)
    slip : net slip γ of the first system, the second slips by -γ (N, N)
    piola_stress : first Piola-Kirchhoff stress P (N, N, 2, 2) [Pa]
    outcome : how the run to that time ended
    """

    deformation_gradient: FloatArray
    inelastic: FloatArray
    slip: FloatArray
    piola_stress: FloatArray
    outcome: Outcome


def stencil_gradient(u: FloatArray, mean: FloatArray) -> FloatArray:
    """Return F (N, N, 2, 2) of the rotated scheme from u (2, N, N) and the mean gradient (2, 2)."""
    opposite, ahead, aside = (np.roll(u, shift, (1, 2)) for shift in ((-1, -1), (-1, 0), (0, -1)))
    along, across = opposite - u, ahead - aside
    return np.moveaxis(np.stack([along + across, along - across], axis=-1), 0, 2) + mean


def fourier_gradient(spectrum: FloatArray, wave: FloatArray, mean: FloatArray) -> FloatArray:
    """Return F (N, N, 2, 2) of the Fourier scheme from packed spectrum and wave numbers (2, N, N)."""
    n = spectrum.shape[1]
    order = frequencies(n)
    gradient = np.empty((n, n, 2, 2))
    for direction in range(2):
        plane = np.empty((n, n), dtype=np.complex128)
        plane[np.ix_(order, order)] = 1j * wave[direction] * (spectrum[0] + 1j * spectrum[1])
        values = n**2 * np.fft.ifft2(plane.T)
        gradient[..., 0, direction], gradient[..., 1, direction] = values.real, values.imag
    return gradient + mean


def inelastic_gradient(slip: FloatArray, orientation: FloatArray) -> FloatArray:
    """Return Fin = exp(γ N) (N, N, 2, 2) from γ (N, N) and the components N11 and N12 of the slip mode (2, N, N)."""
    mode = np.empty((*slip.shape, 2, 2))
    mode[..., 0, 0], mode[..., 1, 1] = orientation[0], -orientation[0]
    mode[..., 0, 1] = mode[..., 1, 0] = orientation[1]
    return np.cosh(slip)[..., None, None] * np.eye(2) + np.sinh(slip)[..., None, None] * mode


def piola_stress(gradient: FloatArray, inelastic: FloatArray, shear: float, volumetric: float) -> FloatArray:
    """Return P (..., 2, 2) [Pa] in plane strain from F, Fin (..., 2, 2), G and λe [Pa] (Liu et al., A.3 and A.8)."""
    elastic = gradient @ np.linalg.inv(inelastic)
    volume = np.linalg.det(elastic)[..., None, None]
    trace = (elastic**2).sum(axis=(-2, -1), keepdims=True) + 1.0
    power, inverse = volume ** (-2.0 / 3.0), np.swapaxes(np.linalg.inv(elastic), -1, -2)
    # ∂We/∂Fe = 2 ∂We/∂T Fe + ∂We/∂J cof Fe
    slope = volume_slope(volume, shape_stress(trace, 1.0 / volume, power, shear), volumetric)
    derivative = shear * power * elastic + slope * volume * inverse
    return derivative @ np.swapaxes(np.linalg.inv(inelastic), -1, -2)
