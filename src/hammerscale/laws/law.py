"""The socket of a material law: what any macroscopic solver may ask of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

import numpy as np

from hammerscale.arrays import FloatArray, Outcome, StatusArray

Advance = TypeVar("Advance", bound=Callable[..., tuple[FloatArray, StatusArray]])


class Law(Protocol):
    """A material for a batch of quadrature points, driven by the full deformation gradient F.

    Stress is the Cauchy stress in the current frame. The state of a point is one row of float64, opaque to the caller.
    """

    @property
    def density(self) -> float:
        """Mass density of the undeformed material [kg/m³]."""

    def initial_state(self, n: int) -> FloatArray:
        """Return the states (n, n_state) of n points at rest, float64, C-contiguous."""

    def advance(
        self,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n points from F_old (n, 3, 3) to F_new (n, 3, 3) in `duration_s` seconds.

        Pure: `state_old` (n, n_state) is never written, so a solver can try a step and take it back; new states go into
        `state_new`. Return the Cauchy stress (n, 3, 3) [Pa] and a status per point (n,), 0 where all is well.

        A step takes time: a duration that is not positive and finite is a failure of every point, also where F stays
        as it was. So is, for its own point, an F that is not finite or has det F ≤ 0. A point that fails keeps its
        state and has no stress (NaN); status 0 never stands for a number that is none. `checked_step` sees to that.
        """

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed (n,) [m/s]."""

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return named fields (n,): plastic strain, twin fraction, temperature, stored energy, dissipation..."""


def checked_step(advance: Advance) -> Advance:
    """Make the `advance` of a law one that keeps what `Law.advance` promises of points that fail."""

    @wraps(advance)
    def checked(
        self: Any,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        if not 0.0 < duration_s < np.inf:
            state_new[:] = state_old
            return np.full_like(gradient_new, np.nan), np.full(len(state_old), Outcome.NOT_FINITE, np.int32)
        # What overflows is not finite, and found below.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            cauchy, status = advance(self, state_old, gradient_old, gradient_new, duration_s, state_new)
            # A sum of squares is finite only if all its parts are, and takes a tenth of the time of looking at each.
            if status.any() or not np.isfinite(np.vdot(state_new, state_new) + np.vdot(cauchy, cauchy)):
                _fail_points(state_old, state_new, cauchy, status)
        return cauchy, status

    return checked  # type: ignore[return-value]


def _fail_points(state_old: FloatArray, state_new: FloatArray, cauchy: FloatArray, status: StatusArray) -> None:
    """Give points that failed their old state and no stress; limits in a state may be infinite."""
    wrong = np.isnan(state_new).any(axis=1) | ~np.isfinite(cauchy).all(axis=(1, 2))
    status[wrong & (status == Outcome.CONVERGED)] = Outcome.NOT_FINITE
    failed = status != Outcome.CONVERGED
    state_new[failed] = state_old[failed]
    cauchy[failed] = np.nan
