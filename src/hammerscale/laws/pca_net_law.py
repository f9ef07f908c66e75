"""The published network as a law in the published way (Liu et al., section 4): a guess of the whole path at every step.

A point remembers its stretch at every time of the training grid. The future, which the network wants to know, too, is
the last increment gone on with: U(t) = U_old + (t - t_old) (U_new - U_old)/Δt for every t beyond the old time, so the
step itself is read linearly. The network returns the stress of the whole path, and its value at the present time
is taken, less its stress at rest, which is not zero: a body that nothing has reached must stay at rest. Nothing
is known beyond the end of the paths that it was trained on.

With the published 201 times a point takes 1,207 numbers, 9.7 kB, twice in a solver that keeps the old state; a solver's
checkpoint holds it all, so that a restart gives the same bits.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hammerscale.arrays import FloatArray, Floats, Outcome, StatusArray
from hammerscale.laws.law import checked_step
from hammerscale.surrogate.pca_net.pca_net_model import FittedPcaNet
from hammerscale.tensor.polar import polar_decomposition, turn
from hammerscale.tensor.voigt import COMPONENTS, IDENTITY

# Column of the state: normalised time. The history follows, time by time.
TIME, HISTORY = 0, 1
# Ends of the uniaxial paths from which the stiffness is read; a network has not seen smaller strains.
PROBE_STRAINS = (-0.1, 0.1)
# Times add up with round-off; this much beyond the end is the end.
ROUND_OFF = 1e-9


@dataclass(frozen=True)
class PcaNetLaw:
    """The published network at every point, called under U of F = R U; its stress is rotated, σ = R σ̂ Rᵀ.

    Attributes
    ----------
    model : the network
    path_duration_s : physical length of the paths it was trained on [s], beyond which the law fails
    density : ρ [kg/m³]
    """

    model: FittedPcaNet
    path_duration_s: float
    density: float

    @property
    def longest_run_s(self) -> float:
        """Time after which the law does not know the stress [s]."""
        return self.path_duration_s

    @property
    def longest_step_s(self) -> float:
        """One time of the training grid [s], as published.

        The network leaks the future that it is given into the present, and the future is an increment over its step:
        the shorter the steps, the stiffer it is, and steps that only the wave speed limits explode.
        """
        return self.path_duration_s * float(np.diff(self.model.strain.times).min())

    def initial_state(self, n: int) -> FloatArray:
        """Return states (n, 1 + 6 t): normalised time, and the stretch at the t times of the training grid."""
        history = np.tile(IDENTITY, self.model.strain.times.size)
        return np.tile(np.concatenate([[0.0], history]), (n, 1))

    @checked_step
    def advance(
        self,
        state_old: FloatArray,
        gradient_old: FloatArray,
        gradient_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n points (see `Law.advance`).

        A point whose F cannot be decomposed is NOT_FINITE, one beyond the trained duration TIME_LIMIT; both keep their
        state.
        """
        _, stretch_old = polar_decomposition(gradient_old)
        rotation, stretch_new = polar_decomposition(gradient_new)
        end = state_old[:, TIME] + duration_s / self.path_duration_s
        status = np.where(end <= 1.0 + ROUND_OFF, Outcome.CONVERGED, Outcome.TIME_LIMIT).astype(np.int32)
        status[~np.isfinite(stretch_old + stretch_new).all(axis=1)] = Outcome.NOT_FINITE
        valid = (status == Outcome.CONVERGED)[:, None]
        stretch_old, stretch_new = (np.where(valid, stretch, IDENTITY) for stretch in (stretch_old, stretch_new))
        self._remember(state_old, stretch_old, stretch_new, end, state_new)
        np.copyto(state_new, state_old, where=~valid)
        return turn(rotation, self._present_stress(state_new)), status

    def _remember(
        self, state_old: FloatArray, start: FloatArray, stop: FloatArray, end: FloatArray, state_new: FloatArray
    ) -> None:
        """Write time and history: the past as it was, the step and all the future on the straight line through it."""
        times, began = self.model.strain.times, state_old[:, TIME, None]
        length = end[:, None] - began
        passed = (times - began) / length
        line = start[:, None, :] + passed[:, :, None] * (stop - start)[:, None, :]
        past = (times <= began)[:, :, None]
        state_new[:, TIME] = end
        state_new[:, HISTORY:] = np.where(past, self._history(state_old), line).reshape(len(end), -1)

    def _history(self, state: FloatArray) -> FloatArray:
        """Return the stretch (n, t, 6) in states."""
        return state[:, HISTORY:].reshape(len(state), -1, len(COMPONENTS))

    @cached_property
    def _rest(self) -> Floats:
        """Coefficients (1, q) that the network returns at rest."""
        times = self.model.strain.times
        rest = np.tile(IDENTITY, (1, times.size, 1))
        return self.model.coefficients(self.model.strain.project(times, rest) / self.model.strain_scale)

    def _present_stress(self, state: FloatArray) -> FloatArray:
        """Return the stress (n, 6) [Pa] now, out of the whole predicted path."""
        strain, stress = self.model.strain, self.model.stress
        inputs = strain.project(strain.times, self._history(state)) / self.model.strain_scale
        coefficients = self.model.stress_scale * (self.model.coefficients(inputs) - self._rest).astype(np.float64)
        answer = np.empty((len(state), len(COMPONENTS)))
        # Mostly one age: a solver takes all its points along.
        for time in np.unique(state[:, TIME]):
            now = np.array([min(time, 1.0)])
            rows = state[:, TIME] == time
            answer[rows] = (stress.lift(coefficients[rows], now) - stress.lift(np.zeros((1, stress.count)), now))[:, 0]
        return answer

    @cached_property
    def stiffness(self) -> float:
        """Largest C11 over directions and signs [Pa], the secant along uniaxial paths of constant rate."""
        times = self.model.strain.times
        ends = IDENTITY + np.array([strain * IDENTITY[k] * np.eye(6)[k] for k in range(3) for strain in PROBE_STRAINS])
        paths = IDENTITY + times[:, None] * (ends - IDENTITY)[:, None, :]
        stress = self.model.predict(times, paths)
        slopes = [np.vdot(stress[i, :, i // 2], paths[i, :, i // 2] - 1.0) for i in range(len(ends))]
        squares = [np.vdot(paths[i, :, i // 2] - 1.0, paths[i, :, i // 2] - 1.0) for i in range(len(ends))]
        return float((np.array(slopes) / squares).max())

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return √(C11/ρ) (n,) [m/s]."""
        return np.full(len(state), np.sqrt(self.stiffness / self.density))

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return no fields: the state is the history of the stretch alone."""
        return {}
