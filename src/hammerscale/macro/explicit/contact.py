"""A rigid cylinder with a flat face that hits a body from above, without friction."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.compiler import njit

# The set of touching nodes settles in a few rounds; later changes would be the chatter of single nodes.
MAX_ROUNDS = 20
# A node is put back at this multiple of the radius, so that round-off does not put it under the face.
JUST_OUTSIDE = 1.0 + 1e-12

Motion = tuple[FloatArray, FloatArray]


@dataclass
class RigidCylinder:
    """A flat-ended cylinder about the z axis, its face pointing down.

    Attributes
    ----------
    radius : [m]
    mass : of the part that faces the modelled body [kg]; infinite for a cylinder that is not slowed down
    face : height of its face [m]
    velocity : along z [m/s], negative towards the body
    penetration : largest depth by which a node has been inside it [m]; contact takes it back within the step
    """

    radius: float
    mass: float
    face: float
    velocity: float
    penetration: float = 0.0

    def push(self, old: Motion, new: Motion, mass: FloatArray, dt: float, time_s: float) -> tuple[float, float, float]:
        """Move the cylinder by `dt` [s] and push nodes out of it.

        Return its work on the body [J], the part of it up to the moment of its force [J], and its impulse [N s].

        Parameters
        ----------
        old, new : positions and velocities (3 n,) of the nodes before and after the step; `new` is corrected
        mass : of the nodes (n,) [kg]
        """
        answer = push_nodes(self.radius, self.mass, self.face, self.velocity, *old, *new, mass, dt)
        self.face, self.velocity, depth, *sums = answer
        self.penetration = max(self.penetration, depth)
        work, before, impulse = sums
        return work, before, impulse

    def snapshot(self) -> list[float]:
        """Return height, velocity and penetration."""
        return [self.face, self.velocity, self.penetration]

    def restore(self, values: FloatArray) -> None:
        """Take a snapshot back."""
        self.face, self.velocity, self.penetration = (float(value) for value in values[:3])


@njit(cache=True, error_model="numpy")
def push_nodes(radius, body_mass, face, speed, position, velocity, new_position, new_velocity, mass, dt):  # type: ignore[no-untyped-def]
    """Find the common velocity of cylinder and touching nodes: momentum is kept, forces only push.

    Returns the new height and velocity of the face, the depth of the deepest node before the
    correction, and what `RigidCylinder.push` returns.
    """
    touching = np.zeros(mass.shape[0], np.bool_)
    depth, work, before, impulse = 0.0, 0.0, 0.0, 0.0
    for n in range(mass.shape[0]):
        distance = np.hypot(new_position[3 * n], new_position[3 * n + 1])
        inside = new_position[3 * n + 2] - (face + dt * speed)
        if inside > 0.0 and distance <= radius:
            # A node that was outside the radius meets the side of the cylinder, every other node its face.
            if np.hypot(position[3 * n], position[3 * n + 1]) > radius:
                depth = max(depth, radius - distance)
                stretch = radius * JUST_OUTSIDE / distance
                side = _hold_outside(n, stretch, position, velocity, new_position, new_velocity, mass, dt)
                work, before = work + side[0], before + side[1]
            else:
                depth = max(depth, inside)
                touching[n] = True
    # The common velocity decides which nodes are released, and they change it: repeat until none is.
    common = speed
    for _ in range(MAX_ROUNDS):
        common = _common_velocity(touching, body_mass, face, speed, position, new_velocity, mass, dt)
        released = False
        for n in range(mass.shape[0]):
            # The contact only pushes: a node that the face would have to pull is released.
            if touching[n] and new_velocity[3 * n + 2] < common + (face - position[3 * n + 2]) / dt:
                touching[n] = False
                released = True
        if not released:
            break
    for n in range(mass.shape[0]):
        if touching[n]:
            # velocity that ends the step on the face, and the impulse m Δv that gives it
            held = common + (face - position[3 * n + 2]) / dt
            push = mass[n] * (held - new_velocity[3 * n + 2])
            impulse += push
            # Work is impulse × mean velocity; its first half belongs to the time before the force.
            before += push * 0.5 * velocity[3 * n + 2]
            work += push * 0.5 * (velocity[3 * n + 2] + held)
            new_velocity[3 * n + 2] = held
            new_position[3 * n + 2] = face + dt * common
    return face + dt * common, common, depth, work, before, impulse


@njit(cache=True, error_model="numpy")
def _hold_outside(n, stretch, position, velocity, new_position, new_velocity, mass, dt):  # type: ignore[no-untyped-def]
    """Put a node back on the side, `stretch` times as far from the axis; return work and work before [J]."""
    work, before = 0.0, 0.0
    for k in range(3 * n, 3 * n + 2):
        # The corrected position gives the velocity of the step, its change the impulse, and that the work.
        new_position[k] *= stretch
        held = (new_position[k] - position[k]) / dt
        push = mass[n] * (held - new_velocity[k])
        before += push * 0.5 * velocity[k]
        work += push * 0.5 * (velocity[k] + held)
        new_velocity[k] = held
    return work, before


@njit(cache=True, error_model="numpy")
def _common_velocity(touching, body_mass, face, speed, position, velocity, mass, dt):  # type: ignore[no-untyped-def]
    """Return Σ m v / Σ m over the cylinder and the touching nodes [m/s]."""
    if body_mass == np.inf:
        return speed
    momentum, total = body_mass * speed, body_mass
    for n in range(mass.shape[0]):
        if touching[n]:
            # The part of the velocity that closes the gap to the face is no part of the common motion.
            momentum += mass[n] * (velocity[3 * n + 2] - (face - position[3 * n + 2]) / dt)
            total += mass[n]
    return momentum / total
