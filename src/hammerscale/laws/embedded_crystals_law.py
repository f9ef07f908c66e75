"""Embedded crystals at a quadrature point: a small Taylor polycrystal with an estimate of its error."""

from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.laws.tangent import piola_tangent
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.surrogate.embedded.embedded_crystals import MAX_STEPS, FittedCrystals
from hammerscale.tensor.polar import polar_decomposition

# The stress of a step that is integrated so tightly is smooth in the step's end, and differences of fourth order over
# this stretch leave a relative error of 1e-8; tests/laws/test_embedded_crystals_law.py bounds it.
TANGENT_TOLERANCE, TANGENT_STRETCH = 1e-11, 1e-5
CENTRAL = ((-2.0, 1.0 / 12.0), (-1.0, -8.0 / 12.0), (1.0, 8.0 / 12.0), (2.0, -1.0 / 12.0))


class EmbeddedCrystalsCell(TaylorPolycrystal):
    """The learned grains as a unit cell.

    Parameters
    ----------
    model : orientations, weights, crystal
    density : ρ [kg/m³]
    """

    def __init__(self, model: FittedCrystals, density: float) -> None:
        material = replace(model.material, density=density)
        super().__init__(material, model.quaternions, model.weights, model.tolerance, MAX_STEPS)
        self._mean_and_gap = np.column_stack([model.weights, model.weights - model.coarse_weights])
        self._tight = TaylorPolycrystal(material, model.quaternions, model.weights, TANGENT_TOLERANCE, MAX_STEPS)

    def stress_slope(
        self, state_old: FloatArray, stretch_old: FloatArray, stretch_new: FloatArray, duration_s: float
    ) -> FloatArray:
        """Return ∂σ_i/∂U_j (n, 6, 6) [Pa] at the end of a step, see `advance`.

        A change of a shear component changes both entries of the matrix. The whole step is integrated again, 24 times.
        """
        slope, unused = np.zeros((len(state_old), 6, 6)), np.empty_like(state_old)
        for j, direction in enumerate(TANGENT_STRETCH * np.eye(6)):
            for distance, factor in CENTRAL:
                end = stretch_new + distance * direction
                stress, _ = self._tight.advance(state_old, stretch_old, end, duration_s, unused)
                slope[:, :, j] += factor / TANGENT_STRETCH * stress
        return slope

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return the fields of a Taylor polycrystal and `stress_doubt` (n,), see `stress_doubt` [Pa]."""
        return super().outputs(state) | {"stress_doubt": self.stress_doubt(state)}

    def stress_doubt(self, state: FloatArray) -> FloatArray:
        """Return how far the stress of half of the grains, weighted for themselves, is from that of all (n,) [Pa].

        With L and ΔL the mean and the gap of G̃G̃ᵀ, the elastic strain U²L ≈ I of metals is small, so that the gap of
        dev(U L U) has the norm of dev ΔL measured by L⁻¹, which needs no stretch.
        """
        # Entry by entry over all points: products of many small matrices take four times as long.
        tilde = np.ascontiguousarray(np.moveaxis(self._rows(state)[:, 1:, :9], 2, 0))
        tilde = tilde.reshape(3, 3, len(state), self.grains)
        sums = np.empty((2, len(state), 3, 3))
        for i, j in combinations_with_replacement(range(3), 2):
            product = np.einsum("kng,kng->ng", tilde[i], tilde[j])
            sums[:, :, i, j] = sums[:, :, j, i] = (product @ self._mean_and_gap).T
        measured = np.linalg.solve(sums[0], sums[1])
        trace = np.trace(measured, axis1=1, axis2=2)
        square = np.einsum("nij,nji->n", measured, measured) - trace**2 / 3.0
        return np.asarray(self.material.shear_modulus * np.sqrt(np.maximum(square, 0.0)))


@dataclass(frozen=True)
class EmbeddedCrystalsLaw(UnitCellLaw):
    """Embedded crystals at every point, with the tangent of their step."""

    unit_cell: EmbeddedCrystalsCell

    def tangent(
        self, state_old: FloatArray, gradient_old: FloatArray, gradient_new: FloatArray, duration_s: float
    ) -> FloatArray:
        """Return dP/dF (n, 3, 3, 3, 3) [Pa] (see `Differentiable`) to the cell's tolerance: its slope is tighter."""
        _, stretch_old = polar_decomposition(gradient_old)
        rotation, stretch = polar_decomposition(gradient_new)
        stress, _ = self.unit_cell.advance(state_old, stretch_old, stretch, duration_s, np.empty_like(state_old))
        slope = self.unit_cell.stress_slope(state_old, stretch_old, stretch, duration_s)
        return piola_tangent(rotation, stretch, stress, slope)
