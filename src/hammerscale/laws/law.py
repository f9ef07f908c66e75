"""The socket of a material law: what any macroscopic solver may ask of it."""

from pathlib import Path
from typing import Protocol, runtime_checkable

from hammerscale.rev.unit_cell import StatusArray
from hammerscale.tensor.voigt import FloatArray


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
        """

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed (n,) [m/s]."""

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return named fields (n,): plastic strain, twin fraction, temperature, stored energy, dissipation..."""


@runtime_checkable
class Limited(Protocol):
    """What a law has beside the socket if it answers within limits of time only."""

    @property
    def longest_run_s(self) -> float:
        """Time after which the law does not know the stress [s]."""

    @property
    def longest_step_s(self) -> float:
        """Longest step that it takes [s], whatever would be stable otherwise."""


@runtime_checkable
class Concurrent(Protocol):
    """What a law has beside the socket if a representative volume stands at every point."""

    @property
    def plane(self) -> bool:
        """Whether the volume knows plane strain only, without motion along the second axis of the body."""

    @property
    def keeps_paths(self) -> bool:
        """Whether paths of points can be written as cases."""

    def cost(self, state: FloatArray) -> FloatArray:
        """Return the work (n,) that the last step of each point took, in any unit."""

    def stretch(self, gradient: FloatArray) -> FloatArray:
        """Return the stretch U (n, 6) that the volumes see under deformation gradients (n, 3, 3)."""

    def write_path(self, file: Path, times_s: FloatArray, stretch: FloatArray) -> None:
        """Write the history U (t, 6) of one point at times (t,) [s] as a case that runs without a solver."""
