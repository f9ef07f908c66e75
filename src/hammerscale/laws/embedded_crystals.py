"""Embedded crystals at a quadrature point: a small Taylor polycrystal that also says how far to trust it."""

from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np

from hammerscale.rev.taylor import TaylorPolycrystal
from hammerscale.surrogate.embedded_crystals import MAX_STEPS, FittedCrystals
from hammerscale.tensor.voigt import FloatArray


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
