"""What a law or a unit cell can do beyond its socket: small protocols, and the one place where they are asked for.

An object has a capability if it has the methods; it declares nothing. Callers use the functions below, which also
return what holds without the capability.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.cell.unit_cell import Response, UnitCell

# The import of a path's module takes a third of a second.
if TYPE_CHECKING:
    from hammerscale.loading.path import StrainPath


@runtime_checkable
class Batched(Protocol):
    """A unit cell that runs many paths at once, faster than one after the other."""

    def responses(
        self, paths: Sequence[StrainPath], times: FloatArray, durations_s: float | FloatArray
    ) -> list[Response]:
        """Run paths of one length or one each (paths,) [s]; see `UnitCell.response`.

        A path has the same bits in any batch.
        """


@runtime_checkable
class Weighed(Protocol):
    """A law or a unit cell that keeps in its state how much work its last step took."""

    def cost(self, state: FloatArray) -> FloatArray:
        """Return the work (n,) of the last `advance`, in any unit."""


@runtime_checkable
class Concurrent(Weighed, Protocol):
    """A law with a representative volume at every point."""

    @property
    def plane(self) -> bool:
        """Whether the volume takes plane strain only, without motion along the second axis of the body."""


@runtime_checkable
class Remembering(Protocol):
    """A law whose points can be run again alone, along the path that they took."""

    @property
    def keeps_paths(self) -> bool:
        """Whether this very law can write paths."""

    def stretch(self, gradient: FloatArray) -> FloatArray:
        """Return the stretch U (n, 6) that the points see under deformation gradients (n, 3, 3)."""

    def write_path(self, file: Path, times_s: FloatArray, stretch: FloatArray) -> None:
        """Write the history U (t, 6) of one point at times (t,) [s] as a case that runs without a solver."""


@runtime_checkable
class Limited(Protocol):
    """A law that is valid within limits of time only."""

    @property
    def longest_run_s(self) -> float:
        """Time after which the law does not know the stress [s]."""

    @property
    def longest_step_s(self) -> float:
        """Longest step that it takes [s], whatever would be stable otherwise."""


@runtime_checkable
class Differentiable(Protocol):
    """A law that computes the derivative of its own step."""

    def tangent(
        self, state_old: FloatArray, gradient_old: FloatArray, gradient_new: FloatArray, duration_s: float
    ) -> FloatArray:
        """Return dP/dF (n, 3, 3, 3, 3) [Pa] at the end of a step (see `Law.advance`); [i, J, k, L] is ∂P_iJ/∂F_kL.

        P = det F σ F⁻ᵀ is the first Piola-Kirchhoff stress. The derivative is that of the algorithm, not of the law
        in the limit of small steps, so that Newton's method converges quadratically. NaN where F is impossible.
        """


def responses(
    cell: UnitCell, paths: Sequence[StrainPath], times: FloatArray, durations_s: float | FloatArray
) -> list[Response]:
    """Run paths of one length or one each (paths,) [s], together where the cell can; see `UnitCell.response`."""
    if isinstance(cell, Batched):
        return cell.responses(paths, times, durations_s)
    lengths = np.broadcast_to(durations_s, len(paths)).tolist()
    return [cell.response(path, times, length) for path, length in zip(paths, lengths, strict=True)]


def last_costs(model: object, state: FloatArray) -> FloatArray | None:
    """Return the work (n,) of the last step of a law or a unit cell, None where it does not keep it."""
    return model.cost(state) if isinstance(model, Weighed) else None


def takes_plane_strain_only(law: object) -> bool:
    """Return whether a law has a cell in plane strain at every point."""
    return isinstance(law, Concurrent) and law.plane


def remembering(law: object) -> Remembering | None:
    """Return the law if paths of its points can be written."""
    return law if isinstance(law, Remembering) and law.keeps_paths else None


def longest_run_s(law: object) -> float:
    """Return the time after which a law does not know the stress [s], infinity where there is none."""
    return law.longest_run_s if isinstance(law, Limited) else np.inf


def longest_step_s(law: object) -> float:
    """Return the longest step that a law takes [s], infinity where any will do."""
    return law.longest_step_s if isinstance(law, Limited) else np.inf


def differentiable(law: object) -> Differentiable | None:
    """Return the law if it computes its tangent."""
    return law if isinstance(law, Differentiable) else None
