"""The Taylor polycrystal: every grain sees the stretch of the whole, the stress is the mean over the grains."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray, Outcome, StatusArray
from hammerscale.cell.requests import check_durations, check_times
from hammerscale.cell.unit_cell import Response
from hammerscale.cell.watchdog import watched
from hammerscale.crystal.elasticity import longitudinal_speed
from hammerscale.crystal.integrator import GrainIntegrator, PathBatch
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.crystal.step_control import STEPS_LEFT
from hammerscale.crystal.taylor_mean import grains_at_rest, mean_of_grains, straight_paths
from hammerscale.errors import InputError
from hammerscale.loading.path import StrainPath
from hammerscale.microstructure.texture import check_orientations, rotation_matrices
from hammerscale.tensor.voigt import COMPONENTS, determinant

# The first row of a point's state belongs to the whole; the others to the grains.
ELASTIC_ENERGY, VOLUME_RATIO, STEP_TRIES = 0, 1, 2
# Times of a step on its straight path.
ENDS = np.array([0.0, 1.0])


@dataclass(frozen=True)
class GrainVariables:
    """What is inside the grains.

    Attributes
    ----------
    inelastic_gradient : Fin (grains, 3, 3) in the sample frame
    slip : accumulated slip e_α, or ξ/ξ0 - 1 with saturating hardening (grains, systems)
    twin_fraction : λ_β (grains, variants)
    stored_energy : hardening and twin energy W_p + W_t (grains,) [J/m³]
    dissipation : dissipated work (grains,) [J/m³]
    """

    inelastic_gradient: FloatArray
    slip: FloatArray
    twin_fraction: FloatArray
    stored_energy: FloatArray
    dissipation: FloatArray


class TaylorPolycrystal:
    """A Taylor polycrystal of any number of grains; one grain is a single crystal.

    Grains of stiff laws (rate exponents below 0.2) are integrated implicitly, others explicitly. At Λ = 1 no twin
    variant grows (no exchange between variants). A point's state takes 240 bytes per magnesium grain, and 240 for the
    whole.

    Parameters
    ----------
    material : constants
    quaternions : orientations (grains, 4), w first, crystal → sample; need not be normalised
    weights : volume fractions (grains,), sum 1; equal by default
    tolerance : error allowed per time step
    max_steps : attempted steps per grain after which a path fails
    time_limit_s : wall time after which `response` gives a path up [s]; `responses` has this much per path, for all
        paths together: one that is slow uses up what the others leave

    >>> import hammerscale as hs
    >>> magnesium = hs.load_material("config/materials/magnesium.yaml")
    >>> cell = hs.TaylorPolycrystal(magnesium, hs.random_texture(np.random.default_rng(1), grains=8))
    >>> response = cell.response(hs.uniaxial(0.05), np.linspace(0.0, 1.0, 11), duration_s=1e-6)
    >>> response.outcome.name, response.stress.shape
    ('CONVERGED', (11, 6))
    """

    components = COMPONENTS
    diagnostic_names = ("steps", "rejections", "rate_evaluations")

    def __init__(
        self,
        material: CrystalMaterial,
        quaternions: FloatArray,
        weights: FloatArray | None = None,
        tolerance: float = 1e-6,
        max_steps: int = 1_000_000,
        time_limit_s: float = math.inf,
    ) -> None:
        if not 0.0 < tolerance < 1.0:
            raise InputError(f"the tolerance of a Taylor polycrystal must lie between 0 and 1, got {tolerance}")
        self.material = material
        quaternions, self._weights = check_orientations(quaternions, weights)
        self._rotations = rotation_matrices(quaternions)
        self.time_limit_s = time_limit_s
        self._integrator = GrainIntegrator(material, tolerance, max_steps)
        self._mean = mean_of_grains(material)

    @property
    def density(self) -> float:
        """Mass density [kg/m³]."""
        return self.material.density

    @property
    def grains(self) -> int:
        """Number of grains."""
        return len(self._weights)

    def initial_state(self, n: int) -> FloatArray:
        """Return the states (n, (1 + grains) × row) of n points at rest."""
        state = grains_at_rest(self._rotations, self._integrator.row_length, n)
        state[:, 0, VOLUME_RATIO] = 1.0
        return state.reshape(n, -1)

    def response(self, path: StrainPath, times: FloatArray, duration_s: float) -> Response:
        """Run a whole path of length `duration_s` [s]; see `UnitCell.response`."""
        return self.responses([path], times, duration_s)[0]

    def responses(
        self, paths: Sequence[StrainPath], times: FloatArray, durations_s: float | FloatArray
    ) -> list[Response]:
        """Run many paths, one per thread; `durations_s` is one length or one per path [s]."""
        return self._run(paths, times, durations_s)[0]

    def responses_and_states(
        self, paths: Sequence[StrainPath], times: FloatArray, durations_s: float | FloatArray
    ) -> tuple[list[Response], FloatArray]:
        """Run many paths and return with their responses the states (paths, n_state) at their ends."""
        responses, state = self._run(paths, times, durations_s)
        end = np.stack([path.stretch(np.array([1.0]))[0] for path in paths])
        self._set_whole(state, end, self._mean.sums(self._rows(state)[:, 1:], self._weights, end))
        return responses, state

    def _run(
        self, paths: Sequence[StrainPath], times: FloatArray, durations_s: float | FloatArray
    ) -> tuple[list[Response], FloatArray]:
        """Run many paths; the states (paths, n_state) at their ends lack the numbers of the polycrystal as a whole."""
        durations, times = check_durations(durations_s, len(paths)), check_times(times)
        state = self.initial_state(len(paths))
        control = self._integrator.new_control()
        with watched(control, STEPS_LEFT, self.time_limit_s * len(paths)) as watchdog:
            result = self._integrator.run(self._rows(state), self._weights, _batch(paths), times, durations, control)
        responses = []
        for p, path in enumerate(paths):
            outcome = watchdog.outcome(int(result.outcomes[p]))
            stretch = path.stretch(times)
            stress, elastic = self._mean.stress(stretch, result.history[p])
            values = np.column_stack([stress, elastic + result.history[p, :, 6], result.history[p, :, 7]])
            finite = np.isfinite(values).all(axis=1)
            values[times > result.good[p] if outcome != Outcome.CONVERGED else ~finite] = np.nan
            if outcome == Outcome.CONVERGED and not finite.all():
                outcome = Outcome.NOT_FINITE
            responses.append(
                Response(
                    times=times,
                    stress=values[:, :6],
                    stored_energy=values[:, 6],
                    dissipation=values[:, 7],
                    outcome=outcome,
                    last_good_time=float(result.good[p]),
                    diagnostics=dict(zip(self.diagnostic_names, result.counts[p].tolist(), strict=True)),
                )
            )
        return responses, state

    def advance(
        self,
        state_old: FloatArray,
        stretch_old: FloatArray,
        stretch_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n points along straight lines in U, see `UnitCell.advance`; a failed point keeps its state."""
        n = len(state_old)
        state_new[:] = state_old
        result = self._integrator.run(
            self._rows(state_new),
            self._weights,
            straight_paths(ENDS, np.stack([stretch_old, stretch_new], axis=1)),
            np.ones(1),
            check_durations(duration_s, n),
            self._integrator.new_control(),
        )
        stress, _ = self._mean.stress(stretch_new, result.history[:, 0])
        status = result.outcomes.astype(np.int32)
        status[(status == Outcome.CONVERGED) & ~np.isfinite(stress).all(axis=1)] = Outcome.NOT_FINITE
        failed = status != Outcome.CONVERGED
        self._set_whole(state_new, stretch_new, result.history[:, 0])
        self._rows(state_new)[:, 0, STEP_TRIES] = result.counts[:, 0]
        state_new[failed] = state_old[failed]
        stress[failed] = np.nan
        return stress, status

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed (n,) [m/s] at the state's J."""
        material, volume = self.material, self._rows(state)[:, 0, VOLUME_RATIO]
        return longitudinal_speed(volume, material.shear_modulus, material.volumetric_modulus, material.density)

    def cost(self, state: FloatArray) -> FloatArray:
        """Return the time steps (n,) that the grains of each point tried in the last `advance`."""
        return self._rows(state)[:, 0, STEP_TRIES].copy()

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return means over the grains (n,): summed slip, twin fraction, stored energy and dissipation [J/m³]."""
        layout = self._integrator.layout
        mean = np.einsum("pgk,g->pk", self._rows(state)[:, 1:], self._weights)
        twins = 9 + layout.n_slip
        summed = mean[:, layout.evolving + 2] if layout.sums_slip else mean[:, 9:twins].sum(axis=1)
        return {
            "plastic_slip": summed,
            "twin_fraction": mean[:, twins : layout.evolving].sum(axis=1),
            "stored_energy": mean[:, layout.evolving] + self._rows(state)[:, 0, ELASTIC_ENERGY],
            "dissipation": mean[:, layout.evolving + 1],
        }

    def grain_variables(self, state: FloatArray) -> GrainVariables:
        """Return what is inside the grains of one point with state (n_state,)."""
        layout = self._integrator.layout
        rows = self._rows(np.ascontiguousarray(state)[None])[0, 1:]
        twins = 9 + layout.n_slip
        return GrainVariables(
            inelastic_gradient=self._rotations @ np.linalg.inv(rows[:, :9].reshape(-1, 3, 3)),
            slip=rows[:, 9:twins].copy(),
            twin_fraction=rows[:, twins : layout.evolving].copy(),
            stored_energy=rows[:, layout.evolving].copy(),
            dissipation=rows[:, layout.evolving + 1].copy(),
        )

    def _rows(self, state: FloatArray) -> FloatArray:
        return state.reshape(len(state), 1 + self.grains, self._integrator.row_length)

    def _set_whole(self, state: FloatArray, stretch: FloatArray, sums: FloatArray) -> None:
        """Write the elastic energy and the volume ratio of points (n,) at stretches (n, 6)."""
        rows = self._rows(state)
        rows[:, 0, VOLUME_RATIO] = determinant(stretch)
        rows[:, 0, ELASTIC_ENERGY] = self._mean.elastic_energy(rows[:, 1:], self._weights, stretch, sums)


def _batch(paths: Sequence[StrainPath]) -> PathBatch:
    """Return whole paths, one after the other."""
    unused = np.zeros((1, 6, 4))
    return PathBatch(
        starts=np.cumsum([0, *(path.breakpoints.size for path in paths)]),
        breakpoints=np.concatenate([path.breakpoints for path in paths]),
        cubics=np.concatenate([part for path in paths for part in (path.coefficients, unused)]),
        exponents=np.stack([path.exponents for path in paths]),
    )
