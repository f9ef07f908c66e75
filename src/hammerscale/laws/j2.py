"""J2 plasticity with linear isotropic hardening, rate independent, in the frame that rotates with R (Green-Naghdi)."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray, StatusArray
from hammerscale.compiler import njit
from hammerscale.laws.isotropic_metal import IsotropicMetal
from hammerscale.laws.j2_lanes import STRESS, empty_stress, j2_lanes
from hammerscale.laws.law import checked_step
from hammerscale.tensor.lanes import GRADIENT, LAW, ROWS, WIDTH, empty_rows, fill_rows
from hammerscale.tensor.polar import polar_decomposition, turn


@dataclass(frozen=True)
class J2Law(IsotropicMetal):
    """An isotropic, hypoelastic metal with the yield stress σ = yield_stress + hardening times plastic strain.

    Attributes
    ----------
    bulk_modulus, shear_modulus : K and G [Pa]
    yield_stress, hardening_modulus : of the uniaxial curve [Pa]
    density : ρ [kg/m³]
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

    def cauchy(self, state: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return the Cauchy stress (n, 3, 3) [Pa] that belongs to states (n, 15) at gradients (n, 3, 3)."""
        rotation, _ = polar_decomposition(gradient)
        return turn(rotation, state[:, STRESS : STRESS + 6])


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
