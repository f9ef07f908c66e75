"""Reduction of histories: principal components in time, one set of modes per tensor component (Liu et al., section 2).

As published there is no mean and every sample of the grid counts one. With quadrature weights the modes are functions
of time, orthonormal in L2, and coefficients no longer depend on the grid.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from hammerscale.arrays import Array, FloatArray
from hammerscale.errors import InputError
from hammerscale.surrogate.norms import trapezoid_weights
from hammerscale.surrogate.time_grid import resample


@dataclass(frozen=True)
class Reduction:
    """Modes per component, orthonormal in the inner product of the grid they were found on.

    Attributes
    ----------
    times : grid of the modes (t,)
    modes : (c, k, t)
    mean : mean history (c, t), zeros where none is subtracted
    quadrature : whether the inner product is an integral over time rather than a sum over samples
    """

    times: FloatArray
    modes: FloatArray
    mean: FloatArray
    quadrature: bool

    @property
    def count(self) -> int:
        """Coefficients per history."""
        return self.modes.shape[0] * self.modes.shape[1]

    @property
    def weights(self) -> FloatArray:
        """Weights of the inner product (t,)."""
        return trapezoid_weights(self.times) if self.quadrature else np.ones(self.times.size)

    def project(self, times: FloatArray, histories: FloatArray) -> FloatArray:
        """Return the coefficients (n, c·k) of histories (n, t, c); those on another grid are read linearly."""
        own = resample(times, histories, self.times).transpose(2, 0, 1) - self.mean[:, None]
        found = (own * self.weights) @ self.modes.swapaxes(1, 2)
        return found.swapaxes(0, 1).reshape(len(histories), self.count)

    def lift(self, coefficients: FloatArray, times: FloatArray) -> FloatArray:
        """Return histories (n, t, c) at `times` (t,) from coefficients (n, c·k)."""
        components, modes, _ = self.modes.shape
        shaped = coefficients.reshape(-1, components, modes).swapaxes(0, 1)
        # Modes and not histories are read at other times: those may be few.
        wanted = resample(self.times, self.modes.swapaxes(1, 2), times).swapaxes(1, 2)
        mean = resample(self.times, self.mean.T[None], times)[0]
        return (shaped @ wanted).transpose(1, 2, 0) + mean

    def residual(self, times: FloatArray, histories: FloatArray) -> FloatArray:
        """Return ‖h - P h‖ / ‖h‖ (n,) of histories (n, t, c), flattened, in the inner product: the PCA error."""
        rest = histories - self.lift(self.project(times, histories), times)
        weights = trapezoid_weights(times) if self.quadrature else np.ones(times.size)
        squares = [np.einsum("ntc,t->n", values**2, weights) for values in (rest, histories)]
        return np.sqrt(squares[0] / squares[1])

    def arrays(self, prefix: str) -> dict[str, Array]:
        """Return what `load_reduction` needs, under names with a prefix."""
        return {
            f"{prefix}_times": self.times,
            f"{prefix}_modes": self.modes,
            f"{prefix}_mean": self.mean,
            f"{prefix}_quadrature": np.array([self.quadrature]),
        }


@runtime_checkable
class Reduced(Protocol):
    """A surrogate that maps principal components of the strain to those of the stress."""

    @property
    def strain(self) -> Reduction:
        """Reduction of the strain."""

    @property
    def stress(self) -> Reduction:
        """Reduction of the stress."""


def fit_reduction(
    times: FloatArray, histories: FloatArray, modes: int, subtract_mean: bool = False, quadrature: bool = False
) -> Reduction:
    """Return the leading modes of histories (n, t, c) on the grid `times` (t,).

    Parameters
    ----------
    times : grid (t,)
    histories : training histories (n, t, c)
    modes : modes kept per component
    subtract_mean : whether the mean history goes first
    quadrature : whether samples are weighted by the trapezoidal rule
    """
    count, samples, components = histories.shape
    if not 0 < modes <= min(count, samples):
        raise InputError(
            f"{modes} modes per component are asked for, {count} paths of {samples} samples have {min(count, samples)}",
            remedy="ask for fewer modes or train on more paths",
        )
    root = np.sqrt(trapezoid_weights(times)) if quadrature else np.ones(samples)
    mean = histories.mean(axis=0).T if subtract_mean else np.zeros((components, samples))
    found = np.empty((components, modes, samples))
    for c in range(components):
        _, _, right = np.linalg.svd((histories[:, :, c] - mean[c]) * root, full_matrices=False)
        found[c] = right[:modes] / root
    return Reduction(times, found, mean, quadrature)


def load_reduction(arrays: dict[str, Array], prefix: str) -> Reduction:
    """Return a reduction from the arrays of an exported model."""
    times, modes, mean = (arrays[f"{prefix}_{name}"].astype(np.float64) for name in ("times", "modes", "mean"))
    return Reduction(times, modes, mean, bool(arrays[f"{prefix}_quadrature"][0]))
