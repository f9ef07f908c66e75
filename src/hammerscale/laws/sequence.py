"""An exported recurrent surrogate as a law: one step of its equation, rotated with the material."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hammerscale.arrays import FloatArray, Outcome, StatusArray
from hammerscale.laws.law import checked_step
from hammerscale.surrogate.features import DEVIATORS, TensorFeatures
from hammerscale.tensor.polar import polar_decomposition, turn
from hammerscale.tensor.voigt import IDENTITY, determinant

# Columns of the state behind those of the model: the largest isochoric strain, change of volume and rate so far.
REACHES = ("strain_over_training", "volume_over_training", "rate_over_training")
# A stretch so small that it does not flow, in a thousandth of a path: a longer step relaxes more and is softer, and
# solvers take longer ones. In a step far shorter, so small a stretch is a quick one, which flows.
PROBE_STRAIN, PROBE_DURATION = 1e-6, 1e-3


class StepModel(Protocol):
    """A surrogate that is called step by step."""

    @property
    def states(self) -> int:
        """Numbers that it remembers."""

    @property
    def longest_step(self) -> float:
        """Longest step that it takes, in normalised time."""

    def advance(
        self, state_old: FloatArray, start: FloatArray, end: FloatArray, duration: float, state_new: FloatArray
    ) -> FloatArray:
        """Write the states (n, s) after features went from `start` to `end` (n, f); return targets (n, o)."""


@dataclass(frozen=True)
class SequenceLaw:
    """A recurrent surrogate at every point, called under U of F = R U; its stress is rotated, σ = R σ̂ Rᵀ.

    Attributes
    ----------
    model : the surrogate
    frame : what it sees of strain and stress
    path_duration_s : physical length of the paths it was trained on [s]
    density : ρ [kg/m³]
    """

    model: StepModel
    frame: TensorFeatures
    path_duration_s: float
    density: float

    def initial_state(self, n: int) -> FloatArray:
        """Return states (n, s + 3) at rest: those of the model, and the largest strain, volume and rate so far."""
        return np.zeros((n, self.model.states + len(REACHES)))

    @checked_step
    def advance(
        self,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n points (see `Law.advance`); a step beyond the model's longest is STEP_LIMIT at every point."""
        _, stretch_old = polar_decomposition(gradient_old)
        rotation, stretch_new = polar_decomposition(gradient_new)
        valid = np.array(np.isfinite(stretch_old + stretch_new).all(axis=1))
        stretch_old = np.where(valid[:, None], stretch_old, IDENTITY)
        stretch_new = np.where(valid[:, None], stretch_new, IDENTITY)
        start, end = self.frame.features(stretch_old), self.frame.features(stretch_new)
        # A block of its own: kernels want the model's states without a gap.
        after = np.empty((len(state_old), self.model.states))
        step = duration_s / self.path_duration_s
        if step > self.model.longest_step:
            return np.full_like(gradient_new, np.nan), np.full(len(state_old), Outcome.STEP_LIMIT, np.int32)
        targets = self.model.advance(state_old[:, : self.model.states], start, end, step, after)
        state_new[:, : self.model.states] = after
        reaches = self._reaches(start, end, stretch_new, step)
        state_new[:, self.model.states :] = np.maximum(state_old[:, self.model.states :], reaches)
        stress = self.frame.stress(stretch_new, targets)
        status = np.where(valid, Outcome.CONVERGED, Outcome.NOT_FINITE).astype(np.int32)
        return turn(rotation, stress), status

    def _reaches(self, start: FloatArray, end: FloatArray, stretch: FloatArray, step: float) -> FloatArray:
        """Return strain, change of volume and rate (n, 3) of a step, over the root mean squares of the training."""
        moved = np.sqrt(((end - start) ** 2).mean(axis=1)) / self.frame.rate_scale
        volume = np.abs(determinant(stretch) - 1.0) / self.frame.volume_scale
        # A step without duration has a rate only if it moves.
        rate = np.divide(moved, step, out=np.where(moved > 0.0, np.inf, 0.0), where=step > 0.0)
        return np.column_stack([np.sqrt((end**2).mean(axis=1)), volume, rate])

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return √((κ + 4G/3)/ρ) (n,) [m/s] with the shear modulus of the first step from rest."""
        modulus = self.frame.bulk_modulus + 4.0 / 3.0 * self.initial_shear_modulus()
        return np.full(len(state), np.sqrt(modulus / self.density))

    def initial_shear_modulus(self) -> float:
        """Return the largest G [Pa] over the five deviatoric directions, for a stretch that hardly flows or relaxes."""
        stretch = IDENTITY + PROBE_STRAIN * DEVIATORS
        rest = np.zeros((len(stretch), self.model.states))
        features = self.frame.features(stretch)
        targets = self.model.advance(rest, np.zeros_like(features), features, PROBE_DURATION, np.empty_like(rest))
        deviatoric = self.frame.targets(stretch, self.frame.stress(stretch, targets)) * self.frame.stress_scale
        return float(np.linalg.norm(deviatoric / determinant(stretch)[:, None], axis=1).max() / (2.0 * PROBE_STRAIN))

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return how far a point has left the training (n,): three largest values so far over root mean squares there.

        They are the isochoric strain, the change of volume J - 1 and the rate of the isochoric strain. Well above 2,
        the surrogate extrapolates. What its own numbers mean is not known.
        """
        return {name: state[:, self.model.states + i] for i, name in enumerate(REACHES)}
