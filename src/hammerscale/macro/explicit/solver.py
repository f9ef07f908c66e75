"""Explicit central differences: velocities lie half a step before positions; every step is as long as is stable."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.capabilities import longest_step_s
from hammerscale.errors import ImpactError
from hammerscale.laws.law import Law
from hammerscale.macro.explicit.contact import RigidCylinder
from hammerscale.macro.explicit.element_material import LawFailureError, ProtocolMaterial, Threads, make_material
from hammerscale.macro.explicit.element_pass import pass_totals
from hammerscale.macro.explicit.node_pass import NODE_SUMS, advance_nodes
from hammerscale.macro.meshes.blocks import build_blocks, by_element
from hammerscale.macro.meshes.mesh import Mesh
from hammerscale.macro.meshes.reference_element import reference_elements
from hammerscale.ranks import ALONE, Group

# A run whose step shrinks to this fraction of the first one will not end in reasonable time.
SHORTEST_STEP = 1e-3
# The law's sound speed is computed again after so many steps. `step_scale` leaves a margin that covers how much the
# stiffness of a point can change in between.
REFRESH_STEPS = 50
NO_WALL = -np.inf
# More than MANY_STEPS from the target, step lengths are not equalised; a count of steps within ROUND_OFF of an integer
# is taken as that integer.
MANY_STEPS, ROUND_OFF = 1000, 1e-9


@dataclass(frozen=True)
class Controls:
    """Settings of the solver.

    Attributes
    ----------
    hourglass : stiffness of the hourglass springs, 1 being that of a cube's stiffest deformation [-]
    linear_viscosity, quadratic_viscosity : coefficients of the bulk viscosity [-]
    step_scale : fraction of the stable step that is taken [-]
    threads : threads of the passes; no number of them changes a bit
    fused : run a law's kernel inside the element pass where there is one
    """

    hourglass: float = 0.005
    linear_viscosity: float = 0.06
    quadratic_viscosity: float = 1.2
    step_scale: float = 0.9
    threads: int = 1
    fused: bool = True


@dataclass(frozen=True)
class Energies:
    """Energies at one time [J]; `contact` is the work of contacts, so `total` is conserved."""

    kinetic: float
    internal: float
    hourglass: float
    viscosity: float
    contact: float

    @property
    def total(self) -> float:
        """Kinetic, internal, hourglass and viscous energy less the work of contacts [J]."""
        return self.kinetic + self.internal + self.hourglass + self.viscosity - self.contact


def even_step(left: float, longest: float) -> float:
    """Return the longest step [s] up to `longest` that divides the time `left` [s] into a whole number of steps.

    A last step that is shorter than the others would make the contact force jump: the impulse of a contact depends on
    the length of the step. Far from the end this makes no difference.
    """
    count = left / longest
    return left / np.ceil(count * (1.0 - ROUND_OFF)) if count < MANY_STEPS else longest


class ExplicitSolver:
    """One body of one material.

    Attributes
    ----------
    mesh, law, controls : as given
    time_s, steps, dt : time [s], number of steps, length of the last one [s]
    group : processes that share the law's work; each does all other work itself
    failed_element : where the law failed, if it did
    speed : the largest sound speed of the law anywhere in the body [m/s], computed every `REFRESH_STEPS` steps
    position, velocity : (n, 3) [m], [m/s], the velocity half a step before the position
    """

    def __init__(
        self,
        mesh: Mesh,
        law: Law,
        controls: Controls,
        velocity: FloatArray,
        fixed: FloatArray,
        wall: float = NO_WALL,
        projectile: RigidCylinder | None = None,
        rebound: bool = True,
        group: Group = ALONE,
    ) -> None:
        """Set up a body.

        Parameters
        ----------
        mesh, law, controls : the body
        velocity : initial velocities (n, 3) [m/s]
        fixed : 1 where a component of a node's velocity stays zero, else 0 (n, 3)
        wall : height of a rigid, frictionless wall [m]
        projectile : a rigid cylinder above the body
        rebound : whether what has met the wall may leave it again
        group : processes that share the law's work out
        """
        self.mesh, self.law, self.controls, self.group = mesh, law, controls, group
        self.failed_element: int | None = None
        self.longest_step = longest_step_s(law)
        self.obstacle, self.projectile = (wall, rebound), projectile
        self.reference = reference_elements(mesh)
        self.speed = float(law.sound_speed(law.initial_state(1)).max())
        spring = controls.hourglass * law.density * self.speed**2
        self.blocks = build_blocks(mesh, self.reference, law.density, spring)
        self.threads = Threads(controls.threads)
        self.material = make_material(
            law, controls.fused, self.blocks, len(mesh.elements), self._numbers(), self.threads, group
        )
        self.inverse_mass = np.where(fixed > 0.0, 0.0, 1.0 / self.blocks.mass[:, None]).ravel()
        self._old = mesh.nodes.ravel().copy(), np.where(fixed > 0.0, 0.0, velocity).ravel()
        self._new = self._old[0].copy(), self._old[1].copy()
        self.time_s, self.dt, self.steps = 0.0, 0.0, 0
        self.contact_work, self.contact_impulse, self.viscous_work, self.stress_work = 0.0, 0.0, 0.0, 0.0
        self.material.advance(self._old[0], 0.0)
        self.material.accept()
        self._totals = pass_totals(self.material.sums)
        self.first_step = self.stable_step()
        self.energies = self._energies(self._old[1], 0.0)

    @property
    def position(self) -> FloatArray:
        """Nodal positions (n, 3) [m]."""
        return self._old[0].reshape(-1, 3)

    @property
    def velocity(self) -> FloatArray:
        """Nodal velocities (n, 3) half a step before the positions [m/s]."""
        return self._old[1].reshape(-1, 3)

    def stable_step(self) -> float:
        """Return the longest step that may be taken now [s]."""
        return min(self.controls.step_scale * float(self._totals[0]), self.longest_step)

    def gradient(self) -> FloatArray:
        """Return the deformation gradients (m, 3, 3)."""
        return np.einsum("mai,maj->mij", self.position[self.mesh.elements], self.reference.gradient)

    def step(self, until: float, record: bool = False) -> None:
        """Take one step, not beyond the time `until` [s]; an element or law that fails is an `ImpactError`.

        With `record` the energies at the start of the step are recorded: they need the velocities on both sides.
        After a failure the solver is still at the last good state.
        """
        dt = self.stable_step()
        if dt < SHORTEST_STEP * self.first_step:
            raise self._broken(f"the stable step has shrunk to {dt:.3g} s, from {self.first_step:.3g} s at the start")
        dt = even_step(until - self.time_s, dt)
        # The first half step leads from the initial velocity to the middle of the first step.
        durations = 0.5 * (self.dt + dt), dt
        nodes = self.blocks.start, self.blocks.entries, self.material.force, self.inverse_mass
        parts = self.threads.run(
            advance_nodes, len(self.blocks.mass), durations, self.obstacle, *nodes, self._old, self._new
        )
        work, before, impulse = (float(sum(part[k] for part in parts)) for k in range(NODE_SUMS))
        if self.projectile is not None:
            more = self.projectile.push(self._old, self._new, self.blocks.mass, dt, self.time_s)
            work, before, impulse = work + more[0], before + more[1], impulse + more[2]
        if record:
            self.energies = self._energies(self._new[1], before)
        self._advance_elements(dt)
        self.contact_work += work
        self.contact_impulse += impulse
        self._old, self._new = self._new, self._old
        self.time_s, self.dt, self.steps = self.time_s + dt, dt, self.steps + 1
        if self.time_s > until - 1e-9 * dt:
            self.time_s = until
        if self.steps % REFRESH_STEPS == 0:
            self._refresh_speed()

    def _numbers(self) -> tuple[float, float, float, float]:
        """Return density, sound speed and coefficients of the bulk viscosity, as the passes take them."""
        controls = self.controls
        return self.law.density, self.speed, controls.linear_viscosity, controls.quadratic_viscosity

    def _refresh_speed(self) -> None:
        """Compute the law's sound speed in the present state; the next pass uses it for the stable steps."""
        speeds = self.material.sound_speed()
        worst = int(np.argmin(np.where(np.isfinite(speeds), speeds, -np.inf)))
        if not 0.0 < speeds[worst] < np.inf:
            raise self._broken(f"the law has no sound speed in element {worst} ({speeds[worst]:.3g} m/s)")
        self.speed = float(speeds.max())
        self.material.numbers = self._numbers()

    def _advance_elements(self, dt: float) -> None:
        try:
            self.material.advance(self._new[0], dt)
        except LawFailureError as error:
            self.failed_element = error.element
            raise self._broken(error.what, error.remedy) from error
        except ImpactError as error:
            raise self._broken(error.what) from error
        totals = pass_totals(self.material.sums)
        if not totals[0] > 0.0:
            corners = self._new[0].reshape(-1, 3)[self.mesh.elements]
            volume = np.linalg.det(np.einsum("mai,maj->mij", corners, self.reference.gradient))
            worst = int(np.argmin(np.where(np.isnan(volume), -np.inf, volume)))
            raise self._broken(f"element {worst} is inverted (det F {volume[worst]:.3g})")
        if not np.isfinite(totals).all():
            finite = np.isfinite(by_element(self.material.force, len(self.mesh.elements))).all(axis=1)
            raise self._broken(f"the stress in element {int(np.argmin(finite))} is not finite")
        self.material.accept()
        self._totals = totals
        _, _, viscous, work = totals
        self.viscous_work += viscous
        self.stress_work = self.stress_work + work if isinstance(self.material, ProtocolMaterial) else work

    def _energies(self, next_velocity: FloatArray, contact_work: float) -> Energies:
        """Return the energies now, between velocities of half a step before and after.

        Central differences keep v⁻·M v⁺/2 plus the stored energy of a linear body exactly; `contact_work` is that of
        the present contact force over the half step before.
        """
        mass = np.repeat(self.blocks.mass, 3)
        kinetic = 0.5 * float(mass @ (self._old[1] * next_velocity))
        return Energies(
            kinetic=kinetic,
            internal=self.stress_work,
            hourglass=float(self._totals[1]),
            viscosity=self.viscous_work,
            contact=self.contact_work + contact_work,
        )

    def momentum(self) -> FloatArray:
        """Return the momentum (3,) [kg m/s] half a step before the positions."""
        return self.blocks.mass @ self.velocity

    def snapshot(self) -> dict[str, FloatArray]:
        """Return the arrays from which the run continues bit for bit."""
        scalars = [self.time_s, self.dt, self.steps, self.first_step, self.contact_work, self.contact_impulse]
        scalars += [self.viscous_work, self.stress_work, self.speed, *self._totals]
        if self.projectile is not None:
            scalars += self.projectile.snapshot()
        arrays = {"scalars": np.array(scalars), "positions": self._old[0], "velocities": self._old[1]}
        arrays["forces"] = self.material.force
        return {name: array.copy() for name, array in (arrays | self.material.snapshot()).items()}

    def restore(self, arrays: dict[str, FloatArray]) -> None:
        """Take a snapshot of the same mesh and law back."""
        scalars = arrays["scalars"]
        self.time_s, self.dt, self.steps, self.first_step = scalars[0], scalars[1], int(scalars[2]), scalars[3]
        self.contact_work, self.contact_impulse, self.viscous_work, self.stress_work, self.speed = scalars[4:9]
        self._totals = tuple(scalars[9:13])
        self.material.numbers = self._numbers()
        if self.projectile is not None:
            self.projectile.restore(scalars[13:])
        self._old = arrays["positions"].copy(), arrays["velocities"].copy()
        self.material.force[:] = arrays["forces"]
        self.material.restore(arrays)

    def _broken(self, what: str, remedy: str = "") -> ImpactError:
        return ImpactError(
            f"{what} at {self.time_s * 1e6:.4g} µs, step {self.steps}",
            "the simulation cannot go on from there; the last good state is kept",
            remedy or "look at the last frame; a finer mesh, a smaller step_scale or more hourglass stiffness may help",
        )
