"""The stored energy (A.3) of Liu et al. alone: isotropic, so its stress follows from F without a polar decomposition.

σ = G J^(-5/3) dev(F Fᵀ) + 2 λe (J - 1) I, which is the stress of the elastic unit cell under U, turned by R.
"""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray, Outcome, StatusArray
from hammerscale.cell.elastic_body import STORED_ENERGY, VOLUME_RATIO, ElasticBody
from hammerscale.compiler import njit
from hammerscale.crystal.backend.scalar_kernels import shape_stress, stored_energy, volume_slope
from hammerscale.laws.law import checked_step

CONVERGED, NOT_FINITE = int(Outcome.CONVERGED), int(Outcome.NOT_FINITE)


@dataclass(frozen=True)
class ElasticLaw:
    """A homogeneous, isotropic elastic body.

    Attributes
    ----------
    body : the same body as a unit cell, whose moduli and states these are

    >>> law = ElasticLaw(ElasticBody(shear_modulus=17e9, volumetric_modulus=17e9, density=1740.0))
    >>> rest = np.eye(3)[None]
    >>> float(law.tangent(law.initial_state(1), rest, rest, 1e-6)[0, 0, 0, 0, 0].round(-6)) / 1e9
    56.667
    """

    body: ElasticBody

    @property
    def density(self) -> float:
        """Mass density ρ [kg/m³]."""
        return self.body.density

    def initial_state(self, n: int) -> FloatArray:
        """Return states (n, 2): volume ratio J and stored energy [J/m³]."""
        return self.body.initial_state(n)

    @checked_step
    def advance(
        self,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Return the stress at `gradient_new`, whatever came before (see `Law.advance`)."""
        cauchy, status = np.empty_like(gradient_new), np.empty(len(state_old), np.int32)
        moduli = self.body.shear_modulus, self.body.volumetric_modulus
        _answer_points(*moduli, state_old, gradient_new, state_new, cauchy, status)
        return cauchy, status

    def tangent(
        self, state_old: FloatArray, gradient_old: FloatArray, gradient_new: FloatArray, duration_s: float
    ) -> FloatArray:
        """Return dP/dF (n, 3, 3, 3, 3) [Pa] at `gradient_new` (see `Differentiable`), in closed form.

        P = G J^(-2/3) (F - tr(FᵀF)/3 F⁻ᵀ) + 2 λe J (J - 1) F⁻ᵀ.
        """
        volume = np.linalg.det(gradient_new)
        volume = np.where(volume > 0.0, volume, np.nan)
        gradient = np.where((volume > 0.0)[:, None, None], gradient_new, np.nan)
        shear = self.body.shear_modulus * volume ** (-2.0 / 3.0)
        third = shear * np.einsum("nij,nij->n", gradient, gradient) / 3.0
        spherical = 2.0 * self.body.volumetric_modulus * volume
        inverse = np.swapaxes(np.linalg.inv(gradient), 1, 2)
        dyads = "n,niJ,nkL->niJkL"
        tangent = np.einsum("n,ik,JL->niJkL", shear, np.eye(3), np.eye(3))
        # The derivative of J^(-2/3) acts on F, that of the trace on F⁻ᵀ.
        tangent -= np.einsum(dyads, 2.0 / 3.0 * shear, gradient, inverse)
        tangent -= np.einsum(dyads, 2.0 / 3.0 * shear, inverse, gradient)
        tangent += np.einsum(dyads, 2.0 / 3.0 * third + spherical * (2.0 * volume - 1.0), inverse, inverse)
        # ∂F⁻ᵀ_iJ/∂F_kL = -F⁻ᵀ_iL F⁻ᵀ_kJ
        return tangent + np.einsum("n,niL,nkJ->niJkL", third - spherical * (volume - 1.0), inverse, inverse)

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed (n,) [m/s] at the state's J."""
        return self.body.sound_speed(state)

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return the stored energy (n,) [J/m³]."""
        return self.body.outputs(state)


@njit(cache=True, error_model="numpy")
def _answer_points(shear, volumetric, state_old, gradient, state_new, cauchy, status):  # type: ignore[no-untyped-def]
    """Return at gradients F (n, 3, 3): stresses (n, 3, 3), states (n, 2) and statuses (n,); a bad F keeps its state."""
    for n in range(gradient.shape[0]):
        a, b, c = gradient[n, 0, 0], gradient[n, 0, 1], gradient[n, 0, 2]
        d, e, f = gradient[n, 1, 0], gradient[n, 1, 1], gradient[n, 1, 2]
        g, h, k = gradient[n, 2, 0], gradient[n, 2, 1], gradient[n, 2, 2]
        volume = a * (e * k - f * h) + b * (f * g - d * k) + c * (d * h - e * g)
        root, inverse_volume = np.cbrt(volume), 1.0 / volume
        power = 1.0 / (root * root)
        # σ = 2/J ∂We/∂T F Fᵀ + ∂We/∂J I, with T = tr F Fᵀ.
        xx, yy, zz = a * a + b * b + c * c, d * d + e * e + f * f, g * g + h * h + k * k
        trace = xx + yy + zz
        isochoric = shear * power * inverse_volume
        spherical = volume_slope(volume, shape_stress(trace, inverse_volume, power, shear), volumetric)
        xy, yz = isochoric * (a * d + b * e + c * f), isochoric * (d * g + e * h + f * k)
        xz = isochoric * (a * g + b * h + c * k)
        xx, yy, zz = isochoric * xx + spherical, isochoric * yy + spherical, isochoric * zz + spherical
        cauchy[n, 0, 0], cauchy[n, 0, 1], cauchy[n, 0, 2] = xx, xy, xz
        cauchy[n, 1, 0], cauchy[n, 1, 1], cauchy[n, 1, 2] = xy, yy, yz
        cauchy[n, 2, 0], cauchy[n, 2, 1], cauchy[n, 2, 2] = xz, yz, zz
        good = volume > 0.0 and np.isfinite((xx + yy + zz) + (xy + yz + xz))
        status[n] = CONVERGED if good else NOT_FINITE
        energy = stored_energy(trace, volume, power, shear, volumetric)
        state_new[n, VOLUME_RATIO] = volume if good else state_old[n, VOLUME_RATIO]
        state_new[n, STORED_ENERGY] = energy if good else state_old[n, STORED_ENERGY]
