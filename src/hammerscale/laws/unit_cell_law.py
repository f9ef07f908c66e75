"""A representative volume at every quadrature point: the one adapter from a unit cell to a law."""

from dataclasses import dataclass

import numpy as np

from hammerscale.rev.unit_cell import Outcome, StatusArray, UnitCell
from hammerscale.tensor.polar import polar_decomposition, turn
from hammerscale.tensor.voigt import FloatArray


@dataclass(frozen=True)
class UnitCellLaw:
    """A law that asks a unit cell for the stress under U of F = R U and rotates the answer, σ = R σ̂ Rᵀ.

    Attributes
    ----------
    unit_cell : the representative volume, the same at every point
    """

    unit_cell: UnitCell

    @property
    def density(self) -> float:
        """Mass density of the undeformed material [kg/m³]."""
        return self.unit_cell.density

    def initial_state(self, n: int) -> FloatArray:
        """Return the unit cell's states (n, n_state) at rest."""
        return self.unit_cell.initial_state(n)

    def advance(
        self,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n points (see `Law.advance`); a point whose F cannot be decomposed is NOT_FINITE, its state stays."""
        _, stretch_old = polar_decomposition(gradient_old)
        rotation, stretch_new = polar_decomposition(gradient_new)
        valid = np.array(np.isfinite(stretch_old + stretch_new).all(axis=1))
        safe_new = np.where(valid[:, None], stretch_new, stretch_old)
        stress, status = self.unit_cell.advance(state_old, stretch_old, safe_new, duration_s, state_new)
        state_new[~valid] = state_old[~valid]
        status[~valid] = Outcome.NOT_FINITE
        return turn(rotation, stress), status

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed (n,) [m/s]."""
        return self.unit_cell.sound_speed(state)

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return the unit cell's fields (n,)."""
        return self.unit_cell.outputs(state)
