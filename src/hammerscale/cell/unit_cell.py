"""The socket of a representative volume: what a campaign and a macroscopic solver may ask of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from hammerscale.arrays import FloatArray, Outcome, StatusArray

# What only keeps the books of a campaign does without Numba, whose import takes a third of a second.
if TYPE_CHECKING:
    from hammerscale.loading.path import StrainPath


@dataclass(frozen=True)
class Response:
    """The response of one REV to one strain path.

    Attributes
    ----------
    times : normalised output times (n,)
    stress : mean Cauchy stress (n, c) in the unit cell's `components` [Pa]; NaN after `last_good_time` where it failed
    stored_energy : mean free energy per reference volume (n,) [J/m³]
    dissipation : accumulated dissipated work per reference volume (n,) [J/m³]
    outcome : how the simulation ended
    last_good_time : normalised time up to which the history is valid
    diagnostics : named numbers of the method (steps, rejections, iterations, residuals...)
    """

    times: FloatArray
    stress: FloatArray
    stored_energy: FloatArray
    dissipation: FloatArray
    outcome: Outcome
    last_good_time: float
    diagnostics: dict[str, float] = field(default_factory=dict)


class UnitCell(Protocol):
    """A representative volume, driven by the stretch U; stress is the mean Cauchy stress in the unrotated frame.

    The state of a point is one row of float64, opaque to the caller.
    """

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the stress components of `response`, e.g. ("11", "22", "33", "12", "23", "13")."""

    @property
    def diagnostic_names(self) -> tuple[str, ...]:
        """Names of the diagnostics that every `response` reports."""

    @property
    def density(self) -> float:
        """Mass density [kg/m³]."""

    def initial_state(self, n: int) -> FloatArray:
        """Return the states (n, n_state) of n points at rest, C-contiguous."""

    def advance(
        self,
        state_old: FloatArray,
        stretch_old: FloatArray,
        stretch_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n points from U_old (n, 6) to U_new (n, 6) in `duration_s` seconds, U being linear in between.

        Pure: `state_old` (n, n_state) is never written, the new states go into `state_new` (n, n_state).
        Return the Cauchy stress (n, 6) at the end [Pa] and an `Outcome` per point (n,).
        """

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed (n,) [m/s] of points with states (n, n_state)."""

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return named fields (n,) worth plotting: plastic strain, twin fraction, stored energy, dissipation..."""

    def response(self, path: StrainPath, times: FloatArray, duration_s: float) -> Response:
        """Run a whole path of length `duration_s` [s] and return its history at ascending `times` (n,) in [0, 1]."""
