"""A representative volume at every quadrature point: the one adapter from a unit cell to a law."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray, Outcome, StatusArray
from hammerscale.capabilities import last_costs
from hammerscale.cell.cases.case import write_case
from hammerscale.cell.cases.cell_case import CellDescription
from hammerscale.cell.unit_cell import UnitCell
from hammerscale.laws.law import checked_step
from hammerscale.loading.recipe import KNOTS, PathRecipe
from hammerscale.tensor.polar import polar_decomposition, turn
from hammerscale.tensor.voigt import IDENTITY

# The axes of the body along which those of a plane cell lie: its first along z, where bodies are struck, the second
# along x; nothing moves along y.
ROWS, COLUMNS = np.ix_([2, 0, 1], [2, 0, 1])
# Components of U that plane strain fixes, and their values; they come out of a mesh with round-off.
OUT_OF_PLANE, AT_REST = [2, 4, 5], (1.0, 0.0, 0.0)
ROUND_OFF = 1e-9


@dataclass(frozen=True)
class UnitCellLaw:
    """A law that computes the stress of a unit cell under U of F = R U and rotates it, σ = R σ̂ Rᵀ.

    Attributes
    ----------
    unit_cell : the representative volume, the same at every point
    description : its part of a case; None for a body without crystals
    plane : whether the cell lies in the plane of z and x and takes plane strain only
    """

    unit_cell: UnitCell
    description: CellDescription | None = None
    plane: bool = False

    @property
    def density(self) -> float:
        """Mass density of the undeformed material [kg/m³]."""
        return self.unit_cell.density

    @property
    def keeps_paths(self) -> bool:
        """Whether the grains are known, so that paths of points can be written as cases."""
        return self.description is not None

    def initial_state(self, n: int) -> FloatArray:
        """Return the unit cell's states (n, n_state) at rest."""
        return self.unit_cell.initial_state(n)

    @checked_step
    def advance(
        self,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n points (see `Law.advance`); a point whose F cannot be decomposed is NOT_FINITE, its state stays."""
        _, stretch_old = self._decompose(gradient_old)
        rotation, stretch_new = self._decompose(gradient_new)
        valid = np.array(np.isfinite(stretch_old + stretch_new).all(axis=1))
        stretch_old = np.where(np.isfinite(stretch_old).all(axis=1, keepdims=True), stretch_old, IDENTITY)
        safe_new = np.where(valid[:, None], stretch_new, stretch_old)
        stress, status = self.unit_cell.advance(state_old, stretch_old, safe_new, duration_s, state_new)
        status[~valid] = Outcome.NOT_FINITE
        cauchy = turn(rotation, stress)
        if not self.plane:
            return cauchy, status
        in_body = np.empty_like(cauchy)
        in_body[:, ROWS, COLUMNS] = cauchy
        return in_body, status

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed (n,) [m/s]."""
        return self.unit_cell.sound_speed(state)

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return the unit cell's fields (n,) and, where it keeps it, the `cost` of its last step."""
        costs = last_costs(self.unit_cell, state)
        return self.unit_cell.outputs(state) | ({} if costs is None else {"cost": costs})

    def cost(self, state: FloatArray) -> FloatArray:
        """Return the work (n,) of the last step, the same for all points where the unit cell does not keep it."""
        costs = last_costs(self.unit_cell, state)
        return np.ones(len(state)) if costs is None else costs

    def stretch(self, gradient: FloatArray) -> FloatArray:
        """Return the stretch U (n, 6), in the cell's axes, under deformation gradients (n, 3, 3)."""
        return self._decompose(gradient)[1]

    def write_path(self, file: Path, times_s: FloatArray, stretch: FloatArray) -> None:
        """Write the history U (t, 6) of one point at times (t,) [s], the first at rest, as a case."""
        assert self.description is not None
        times = times_s / times_s[-1]
        case = self.description.case(file.stem, PathRecipe(KNOTS, times, stretch), times, float(times_s[-1]))
        write_case(case, file)

    def _decompose(self, gradient: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return R (n, 3, 3) and U (n, 6) in the cell's axes."""
        if not self.plane:
            return polar_decomposition(gradient)
        rotation, stretch = polar_decomposition(np.ascontiguousarray(gradient[:, ROWS, COLUMNS]))
        fixed = stretch[:, OUT_OF_PLANE]
        stretch[:, OUT_OF_PLANE] = np.where(np.abs(fixed - AT_REST) < ROUND_OFF, AT_REST, fixed)
        return rotation, stretch
