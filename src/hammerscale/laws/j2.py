"""J2 plasticity with linear isotropic hardening, rate independent, in the frame that rotates with R (Green-Naghdi)."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray, StatusArray
from hammerscale.compiler import njit
from hammerscale.laws.isotropic_metal import IsotropicMetal
from hammerscale.laws.j2_lanes import OLD_STRETCH, PLASTIC_STRAIN, STRESS, TINY_STRESS, empty_stress, j2_lanes
from hammerscale.laws.law import checked_step
from hammerscale.laws.tangent import piola_tangent
from hammerscale.tensor.lanes import GRADIENT, LAW, ROWS, WIDTH, empty_rows, fill_rows
from hammerscale.tensor.polar import polar_decomposition, turn
from hammerscale.tensor.voigt import IDENTITY, NORM_WEIGHTS, deviator, from_matrix, to_matrix


@dataclass(frozen=True)
class J2Law(IsotropicMetal):
    """An isotropic, hypoelastic metal with the yield stress σ = yield_stress + hardening times plastic strain.

    Attributes
    ----------
    bulk_modulus, shear_modulus : K and G [Pa]
    yield_stress, hardening_modulus : of the uniaxial curve [Pa]
    density : ρ [kg/m³]

    >>> copper = J2Law(130e9, 43e9, yield_stress=400e6, hardening_modulus=100e6, density=8930.0)
    >>> old, rest = copper.initial_state(1), np.eye(3)[None]
    >>> stretched, new = rest * [1.0, 1.0, 1.05], np.empty_like(old)
    >>> cauchy, status = copper.advance(old, rest, stretched, 1e-6, new)
    >>> float(np.round((cauchy[0, 2, 2] - cauchy[0, 0, 0]) / 1e6, 1))
    402.9
    """

    bulk_modulus: float
    shear_modulus: float
    yield_stress: float
    hardening_modulus: float
    density: float
    fused_kernel: str = "j2"

    @property
    def fused_parameters(self) -> tuple[float, float, float, float]:
        """Arguments of the kernel `j2_lanes` after its buffer."""
        return self.bulk_modulus, self.shear_modulus, self.yield_stress, self.hardening_modulus

    @checked_step
    def advance(
        self,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n points (see `Law.advance`); the old stretch stands in the state, the duration does not matter."""
        cauchy = np.empty_like(gradient_new)
        status = np.empty(len(state_old), np.int32)
        _advance_points(*self.fused_parameters, state_old, gradient_new, state_new, cauchy, status)
        return cauchy, status

    def tangent(
        self, state_old: FloatArray, gradient_old: FloatArray, gradient_new: FloatArray, duration_s: float
    ) -> FloatArray:
        """Return dP/dF (n, 3, 3, 3, 3) [Pa] of a step (see `Differentiable`), through the radial return."""
        state_new = np.empty_like(state_old)
        self.advance(state_old, gradient_old, gradient_new, duration_s, state_new)
        rotation, stretch = polar_decomposition(gradient_new)
        increment, slope = increment_and_slope(to_matrix(state_old[:, OLD_STRETCH : OLD_STRETCH + 6]), stretch)
        slope = np.einsum("nij,njk->nik", self._return_slope(state_old, increment), slope)
        return piola_tangent(rotation, stretch, state_new[:, STRESS : STRESS + 6], slope)

    def _return_slope(self, state_old: FloatArray, increment: FloatArray) -> FloatArray:
        """Return ∂σ̂_i/∂d_j (n, 6, 6) [Pa] of the return after strain increments d (n, 6), d a symmetric matrix."""
        trial = deviator(state_old[:, STRESS : STRESS + 6] + 2.0 * self.shear_modulus * increment)
        size = np.sqrt(1.5 * (NORM_WEIGHTS * trial**2).sum(axis=1)) + TINY_STRESS
        strength = self.yield_stress + self.hardening_modulus * state_old[:, PLASTIC_STRAIN]
        stiffness = 3.0 * self.shear_modulus + self.hardening_modulus
        slip = np.maximum(size - strength, 0.0) / stiffness
        slip_slope = np.where(size > strength, 1.0 / stiffness, 0.0)
        # σ̂ = (1 - 3 G slip/|s|) s + mean stress: the first factor times ds, and its own change along s.
        scale = 1.0 - 3.0 * self.shear_modulus * slip / size
        turning = -9.0 * self.shear_modulus**2 * (slip_slope - slip / size) / size**2
        deviatoric = np.eye(6) - np.outer(IDENTITY, IDENTITY) / 3.0
        slope = 2.0 * self.shear_modulus * scale[:, None, None] * deviatoric
        slope += turning[:, None, None] * trial[:, :, None] * (NORM_WEIGHTS * trial)[:, None, :]
        return slope + self.bulk_modulus * np.outer(IDENTITY, IDENTITY)

    def cauchy(self, state: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return the Cauchy stress (n, 3, 3) [Pa] that belongs to states (n, 15) at gradients (n, 3, 3)."""
        rotation, _ = polar_decomposition(gradient)
        return turn(rotation, state[:, STRESS : STRESS + 6])


def increment_and_slope(start: FloatArray, stretch: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the strain increment d = sym(ΔU Ū⁻¹) (n, 6) and ∂d_i/∂U_j (n, 6, 6), Ū being the mean of both stretches.

    `start` is the old U (n, 3, 3), `stretch` the new one (n, 6). δd = sym((I - ½ ΔU Ū⁻¹) δU Ū⁻¹).
    """
    end = to_matrix(stretch)
    inverse = np.linalg.inv(0.5 * (start + end))
    moved = (end - start) @ inverse
    changes = to_matrix(np.eye(6))[:, None]
    slope = from_matrix((np.eye(3) - 0.5 * moved) @ changes @ inverse)
    return from_matrix(moved), np.moveaxis(slope, 0, 2)


@njit(cache=True, error_model="numpy")
def _advance_points(bulk, shear, yield_stress, hardening, state_old, gradient, state_new, cauchy, status):  # type: ignore[no-untyped-def]
    """Advance n points in blocks: states (n, 15), gradients and stresses (n, 3, 3), status (n,)."""
    w = np.zeros(ROWS * WIDTH)
    points = state_old.shape[0]
    flat_gradient, flat_cauchy = gradient.reshape(points, 9), cauchy.reshape(points, 9)
    for start in range(0, points, WIDTH):
        fill_rows(flat_gradient, start, w, GRADIENT)
        fill_rows(state_old, start, w, LAW)
        j2_lanes(w, bulk, shear, yield_stress, hardening)
        empty_rows(w, LAW, state_new, start)
        empty_stress(w, flat_cauchy, status, start)
