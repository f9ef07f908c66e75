"""The two-dimensional unit cell: periodic grains in plane strain, solved on a pixel grid by FFT (Liu et al., 19-22)."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from typing import TypeAlias, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from hammerscale.arrays import FloatArray, StatusArray
from hammerscale.cell.requests import check_duration, check_durations, check_times
from hammerscale.cell.spectral.spectral_checks import check_material, check_microstructure, check_plane_strain
from hammerscale.cell.spectral.spectral_fields import (
    CellFields,
    fourier_gradient,
    inelastic_gradient,
    piola_stress,
    stencil_gradient,
)
from hammerscale.cell.spectral.spectral_operators import FOURIER, ROTATED, fill_operator_tables
from hammerscale.cell.spectral.spectral_stepping import HISTORY, advance_points, run
from hammerscale.cell.spectral.spectral_workspace import HEADER, new_workspace, state_size
from hammerscale.cell.unit_cell import Response
from hammerscale.cell.watchdog import watched
from hammerscale.crystal.elasticity import longitudinal_speed
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.errors import InputError
from hammerscale.loading.path import StrainPath

SCHEMES = {"rotated": ROTATED, "fourier": FOURIER}
# First column of the history that holds each average of the stress.
AVERAGES = {"deformed": 0, "pixel": 4}
# A path may take this many times the nominal number of steps before it is given up.
STEP_ALLOWANCE = 20
# Strain of a step times `steps`: the mean of a 10 % path, and the bound in the fast pieces of a random walk.
NOMINAL_STRAIN, LARGEST_STRAIN = 0.1, 1.0
# Entry of the state's header that holds det U.
VOLUME_RATIO = 1
# Entry that holds the conjugate-gradient iterations and time steps of the last `advance`.
WORK = 7
# Parts per thread of a batch of points, which differ in cost.
PARTS = 8
# Entry of the control array.
LIMIT_OF_STEPS = 1
DIAGNOSTICS = (
    "newton_iterations",
    "conjugate_gradient_iterations",
    "max_relative_residual",
    "least_volume",
    "steps",
    "rejected_steps",
    "stress_asymmetry",
    "hill_mandel_defect",
)
Workspace: TypeAlias = npt.NDArray[np.void]
Item = TypeVar("Item")
Result = TypeVar("Result")


class SpectralCell:
    """A periodic square cell of grains with two orthogonal slip systems, in plane strain.

    Parameters
    ----------
    material : constants, lattice "square", one slip family without hardening, no twins
    grain_map : grain of every pixel (N, N), axis 0 = x1
    angles : rotation of each grain's axes about x3 (grains,) [rad]
    scheme : "rotated" (stencils, no ringing) or "fourier" (trigonometric polynomials)
    tolerance : largest relative residual |G:P|/|P| [-]
    steps : nominal number of steps of a path; `advance` takes one for every 0.1/steps of strain
    stress_average : "deformed", σ = <P>Fᵀ/det F, the mean over the deformed cell, or "pixel", the plain mean of σ
    time_limit_s : wall time after which `response` gives a path up [s]

    >>> import hammerscale as hs
    >>> material, rng = hs.load_material("config/materials/square_crystal.yaml"), np.random.default_rng(1)
    >>> cell = hs.SpectralCell(material, hs.random_map(rng, grains=4, pixels=8), hs.random_angles(rng, 4), steps=50)
    >>> cell.response(hs.uniaxial(0.01), np.array([0.5, 1.0]), duration_s=1e-6).stress.shape
    (2, 3)
    """

    def __init__(
        self,
        material: CrystalMaterial,
        grain_map: npt.NDArray[np.integer],
        angles: FloatArray,
        scheme: str = "rotated",
        tolerance: float = 1e-5,
        steps: int = 1000,
        stress_average: str = "deformed",
        time_limit_s: float = math.inf,
    ) -> None:
        check_material(material)
        check_microstructure(grain_map, angles)
        if scheme not in SCHEMES:
            raise InputError(f"the scheme of a cell is {scheme!r}", remedy=f"choose one of {', '.join(SCHEMES)}")
        if stress_average not in AVERAGES:
            raise InputError(f"the stress average is {stress_average!r}", remedy=f"choose one of {', '.join(AVERAGES)}")
        if not (0.0 < tolerance <= 0.1 and steps >= 1):
            raise InputError(
                f"tolerance {tolerance!r} must be above 0 and at most 0.1, and steps {steps!r} be positive"
            )
        self.material = material
        self.size = len(grain_map)
        self.steps = steps
        self.time_limit_s = time_limit_s
        self._scheme = SCHEMES[scheme]
        self._average = AVERAGES[stress_average]
        family = material.slip[0]
        self._volumetric = material.volumetric_modulus / material.shear_modulus
        drag = family.drag_stress / material.shear_modulus
        # 1/m is rounded so that m = 0.2 gives exactly 5 and m = 0.5 the fast path of exactly 2.
        exponent = round(1.0 / family.rate_exponent, 12)
        self._law = np.array([self._volumetric, drag, exponent, family.reference_rate, tolerance])
        twice = 2.0 * np.asarray(angles, dtype=np.float64)[grain_map]
        self._orientation = np.stack([-np.sin(twice), np.cos(twice)])
        self._workspaces: list[Workspace] = []

    @property
    def components(self) -> tuple[str, ...]:
        """Stress components of `response`."""
        return ("11", "22", "12")

    @property
    def diagnostic_names(self) -> tuple[str, ...]:
        """Names of the diagnostics that every `response` reports."""
        return DIAGNOSTICS

    @property
    def density(self) -> float:
        """Mass density [kg/m³]."""
        return self.material.density

    def initial_state(self, n: int) -> FloatArray:
        """Return the states (n, n_state) of n cells at rest."""
        state = np.zeros((n, state_size(self.size)))
        state[:, VOLUME_RATIO] = 1.0
        state[:, 3] = np.inf
        state[:, HEADER : HEADER + self.size**2] = 1.0
        return state

    def response(self, path: StrainPath, times: FloatArray, duration_s: float) -> Response:
        """Run a whole path of `duration_s` seconds and return σ11, σ22, σ12 [Pa] at ascending `times` (n,)."""
        return self.responses([path], times, duration_s)[0]

    def responses(
        self, paths: Sequence[StrainPath], times: FloatArray, durations_s: float | FloatArray
    ) -> list[Response]:
        """Run many paths, one per thread at a time, on as many threads as Numba may use; lengths as in `Batched`."""
        times, durations = check_times(times), check_durations(durations_s, len(paths))
        for number, path in enumerate(paths):
            check_plane_strain(path.stretch(np.union1d(times, path.breakpoints)), f"path {number}")
        tasks = list(zip(paths, durations.tolist(), strict=True))
        return self._in_threads(lambda task, workspace: self._run(task[0], times, task[1], workspace), tasks)

    def fields(self, path: StrainPath, time: float, duration_s: float) -> CellFields:
        """Run a path up to normalised `time` and return the pixel fields there."""
        (time,), duration_s = check_times(np.array([time])), check_duration(duration_s)
        return self._in_threads(lambda end, workspace: self._fields(path, end, duration_s, workspace), [time])[0]

    def advance(
        self,
        state_old: FloatArray,
        stretch_old: FloatArray,
        stretch_new: FloatArray,
        duration_s: float,
        state_new: FloatArray,
    ) -> tuple[FloatArray, StatusArray]:
        """Advance n cells from U_old (n, 6) to U_new (n, 6), see `UnitCell`; U must be plane strain."""
        check_plane_strain(stretch_old, "the old stretch")
        check_plane_strain(stretch_new, "the new stretch")
        duration_s = check_duration(duration_s)
        n = len(state_old)
        ends = np.stack([stretch_old, stretch_new]).astype(np.float64)
        control = np.array([1.0, STEP_ALLOWANCE * self.steps, NOMINAL_STRAIN / self.steps])
        history = np.full((n, HISTORY), np.nan)
        status = np.empty(n, dtype=np.int32)

        def advance_chunk(part: slice, workspace: Workspace) -> None:
            advance_points(
                workspace,
                self._scheme,
                self._law,
                duration_s,
                np.ascontiguousarray(ends[:, part]),
                control,
                state_old[part],
                state_new[part],
                history[part],
                status[part],
            )

        bounds = np.linspace(0, n, min(n, PARTS * numba.get_num_threads()) + 1).astype(int)
        self._in_threads(advance_chunk, [slice(a, b) for a, b in pairwise(bounds)])
        stress = np.zeros((n, 6))
        stress[:, :4] = history[:, self._average : self._average + 4] * self.material.shear_modulus
        return stress, status

    def sound_speed(self, state: FloatArray) -> FloatArray:
        """Return the longitudinal wave speed (n,) [m/s] at the state's mean J."""
        material = self.material
        volume = state[:, VOLUME_RATIO]
        return longitudinal_speed(volume, material.shear_modulus, material.volumetric_modulus, material.density)

    def cost(self, state: FloatArray) -> FloatArray:
        """Return the conjugate-gradient iterations and time steps (n,) that each cell took in the last `advance`."""
        return state[:, WORK].copy()

    def outputs(self, state: FloatArray) -> dict[str, FloatArray]:
        """Return mean accumulated slip of both systems [-], dissipated work and stored energy [J/m³], each (n,)."""
        modulus = self.material.shear_modulus
        return {
            "plastic_slip": state[:, 5].copy(),
            "dissipation": modulus * state[:, 4],
            "stored_energy": modulus * state[:, 6],
        }

    def _run(self, path: StrainPath, times: FloatArray, duration_s: float, workspace: Workspace) -> Response:
        workspace[0]["state"] = self.initial_state(1)[0]
        history = np.full((times.size, HISTORY), np.nan)
        counts = np.array([0.0, 0.0, 0.0, np.inf, 0.0, 0.0, 0.0, 0.0])
        control = np.array([1.0 / self.steps, STEP_ALLOWANCE * self.steps, LARGEST_STRAIN / self.steps])
        law = (path.breakpoints, path.coefficients, path.exponents)
        with watched(control, LIMIT_OF_STEPS, self.time_limit_s) as watchdog:
            status, reached = run(workspace, self._scheme, self._law, duration_s, law, times, control, history, counts)
        history *= self.material.shear_modulus
        first = self._average
        return Response(
            times=times,
            stress=history[:, [first, first + 1, first + 3]],
            stored_energy=history[:, 8],
            dissipation=history[:, 9],
            outcome=watchdog.outcome(status),
            last_good_time=float(reached),
            diagnostics=dict(zip(DIAGNOSTICS, counts.tolist(), strict=True)),
        )

    def _fields(self, path: StrainPath, time: float, duration_s: float, workspace: Workspace) -> CellFields:
        response = self._run(path, np.array([time]), duration_s, workspace)
        record, n = workspace[0], self.size
        slip, mean = 0.5 * np.log(record["inelastic"]), record["mean"].reshape(2, 2)
        u = record["displacement"][:, :n, :n]
        if self._scheme == FOURIER:
            gradient = fourier_gradient(u, record["frequency"][:, :, :n], mean)
        else:
            gradient = stencil_gradient(u, mean)
        inelastic = inelastic_gradient(slip, self._orientation)
        stress = piola_stress(gradient, inelastic, self.material.shear_modulus, self.material.volumetric_modulus)
        return CellFields(gradient, inelastic, slip, stress, response.outcome)

    def _borrow(self) -> Workspace:
        """Return a workspace for one thread, new unless one is free."""
        # Asking first whether one is free would race with the other threads.
        with suppress(IndexError):
            return self._workspaces.pop()
        # The rotated scheme transforms only to precondition: single precision costs no digit of the result there.
        workspace = new_workspace(self.size, "f8" if self._scheme == FOURIER else "f4")
        fill_operator_tables(workspace[0], self.size, self._scheme, self._volumetric)
        workspace[0]["orientation"] = self._orientation
        return workspace

    def _in_threads(self, work: Callable[[Item, Workspace], Result], items: Sequence[Item]) -> list[Result]:
        """Return work(item, workspace) of every item; each thread has a workspace of its own."""

        def with_workspace(item: Item) -> Result:
            workspace = self._borrow()
            try:
                return work(item, workspace)
            finally:
                self._workspaces.append(workspace)

        if len(items) == 1 or numba.get_num_threads() == 1:
            return [with_workspace(item) for item in items]
        with ThreadPoolExecutor(numba.get_num_threads()) as pool:
            return list(pool.map(with_workspace, items))
