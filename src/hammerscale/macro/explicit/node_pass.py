"""The pass over all nodes: collect forces, central differences, rigid wall."""

import numpy as np

from hammerscale.compiler import njit
from hammerscale.tensor.lanes import WIDTH

# Sums of a pass: work of the wall, the part of it up to the moment of its force, impulse.
WALL_WORK, WALL_WORK_BEFORE, WALL_IMPULSE = range(3)
NODE_SUMS = 3


@njit(cache=True, error_model="numpy", nogil=True)
def advance_nodes(first, last, durations, obstacle, start, entries, force, inverse_mass, old, new):  # type: ignore[no-untyped-def]
    """Advance nodes first ... last - 1 by v += a (dt_old + dt)/2 and x += v dt; return the sums.

    Parameters
    ----------
    durations : ((dt_old + dt)/2, dt) [s], velocities standing half a step before positions
    obstacle : height of the rigid, frictionless wall [m], -inf without one; and whether nodes may leave it again
    start, entries, force : see `blocks.Blocks`
    inverse_mass : (3 n,) [1/kg], zero where a component of the velocity is fixed
    old, new : (positions (3 n,), velocities (3 n,)) before and after
    """
    (position, velocity), (new_position, new_velocity) = old, new
    half_way, dt = durations
    wall, rebound = obstacle
    sums = np.zeros(NODE_SUMS)
    force_x, force_y, force_z = force, force[8 * WIDTH :], force[16 * WIDTH :]
    for n in range(first, last):
        # force on the node: the sum over its elements, always in the same order
        fx, fy, fz = 0.0, 0.0, 0.0
        for k in range(start[n], start[n + 1]):
            entry = entries[k]
            fx += force_x[entry]
            fy += force_y[entry]
            fz += force_z[entry]
        # v += a (dt_old + dt)/2
        vx = velocity[3 * n] + half_way * inverse_mass[3 * n] * fx
        vy = velocity[3 * n + 1] + half_way * inverse_mass[3 * n + 1] * fy
        vz = velocity[3 * n + 2] + half_way * inverse_mass[3 * n + 2] * fz
        # Where would the node be without the wall?
        z = position[3 * n + 2] + dt * vz
        if z < wall or (not rebound and position[3 * n + 2] <= wall):
            # The wall stops the node on its face. It only pushes: the node leaves when its forces pull it away,
            # unless `rebound` is false.
            stopped = (wall - position[3 * n + 2]) / dt
            # impulse m Δv of the wall, and its work with the mean velocity
            impulse = (stopped - vz) / inverse_mass[3 * n + 2]
            sums[WALL_IMPULSE] += impulse
            sums[WALL_WORK_BEFORE] += impulse * 0.5 * velocity[3 * n + 2]
            sums[WALL_WORK] += impulse * 0.5 * (velocity[3 * n + 2] + stopped)
            vz = stopped
            z = wall
        # x += v dt
        new_velocity[3 * n] = vx
        new_velocity[3 * n + 1] = vy
        new_velocity[3 * n + 2] = vz
        new_position[3 * n] = position[3 * n] + dt * vx
        new_position[3 * n + 1] = position[3 * n + 1] + dt * vy
        new_position[3 * n + 2] = z
    return sums
