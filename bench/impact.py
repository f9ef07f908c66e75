"""Microseconds per element and step of the impact solver, beside a naive kernel, all in one run on one core.

`taskset -c 1 python bench/impact.py`, or without taskset and with `--threads` to compare two threads with one. The
smallest of several timings is printed, because the machine may be shared.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numba import njit

from hammerscale.config.law import LawFile
from hammerscale.config.section_file import read_section
from hammerscale.laws.factory import build_law
from hammerscale.macro.cylinder import cylinder_mesh
from hammerscale.macro.solver import Controls, ExplicitSolver

ROUNDS = 12
# (core, rings, layers) of quarter cylinders.
SIZES = {3_168: (4, 4, 66), 199_680: (16, 16, 260)}
LAWS = ("steel_johnson_cook", "magnesium_elastic")


@njit(error_model="numpy")
def naive_forces(position, elements, gradient, volume, old_gradient, stress, plastic, constants, dt, force):
    """J2 with hypoelastic stress as one would write it first: small arrays and loops, no hourglass control."""
    bulk, shear, yield_stress, hardening = constants
    force[:] = 0.0
    identity = np.eye(3)
    for e in range(len(elements)):
        deformation = np.zeros((3, 3))
        for a in range(8):
            for i in range(3):
                for j in range(3):
                    deformation[i, j] += position[elements[e, a], i] * gradient[e, a, j]
        middle = 0.5 * (deformation + old_gradient[e])
        change = (deformation - old_gradient[e]) @ np.linalg.inv(middle)
        strain = 0.5 * (change + change.T)
        spin = 0.5 * (change - change.T)
        turn = np.linalg.solve(identity - 0.5 * spin, identity + 0.5 * spin)
        turned = turn @ stress[e] @ turn.T
        trace = np.trace(strain)
        mean = np.trace(turned) / 3.0 + bulk * trace
        deviator = turned - np.trace(turned) / 3.0 * identity + 2.0 * shear * (strain - trace / 3.0 * identity)
        size = np.sqrt(1.5 * np.sum(deviator**2))
        slip = max(size - yield_stress - hardening * plastic[e], 0.0) / (3.0 * shear + hardening)
        if slip > 0.0:
            deviator *= 1.0 - 3.0 * shear * slip / size
            plastic[e] += slip
        stress[e] = deviator + mean * identity
        old_gradient[e] = deformation
        flux = stress[e] @ np.linalg.inv(deformation).T * np.linalg.det(deformation) * volume[e]
        for a in range(8):
            for i in range(3):
                force[elements[e, a], i] -= np.dot(flux[i], gradient[e, a])


def law_of(name: str):
    """Return a law of the project."""
    return build_law(read_section(Path(f"config/laws/{name}.yaml"), LawFile))


def bar(size: int, law, **settings) -> ExplicitSolver:
    """Return a quarter of a bar that has begun to yield at a wall."""
    mesh = cylinder_mesh(32.4e-3, 3.2e-3, *SIZES[size], "quarter")
    fixed = np.zeros_like(mesh.nodes)
    for axis, name in enumerate(("symmetry_x", "symmetry_y")):
        fixed[mesh.node_sets[name], axis] = 1.0
    velocity = np.broadcast_to([0.0, 0.0, -227.0], mesh.nodes.shape)
    solver = ExplicitSolver(mesh, law, Controls(**settings), velocity, fixed, wall=0.0)
    for _ in range(30):
        solver.step(1.0)
    return solver


def fastest(call: Callable[[], object], repeats: int) -> float:
    """Return the shortest time of one call [s] over several rounds of calls."""
    best = np.inf
    for _ in range(ROUNDS):
        started = time.thread_time()
        for _ in range(repeats):
            call()
        best = min(best, (time.thread_time() - started) / repeats)
    return best


def naive_time(solver: ExplicitSolver) -> float:
    """Return the time of the naive kernel for one step of the same mesh [s]."""
    count = len(solver.mesh.elements)
    state = np.tile(np.eye(3), (count, 1, 1)), np.zeros((count, 3, 3)), np.zeros(count)
    arguments = solver.position.copy(), solver.mesh.elements, solver.reference.gradient, solver.reference.volume
    constants, force = solver.law.fused_parameters, np.zeros_like(solver.mesh.nodes)
    return fastest(lambda: naive_forces(*arguments, *state, constants, 1e-9, force), 1)


def step_time(solver: ExplicitSolver, repeats: int) -> float:
    """Return the time of a whole step per element [µs]."""
    return fastest(lambda: solver.step(1.0), repeats) / len(solver.mesh.elements) * 1e6


def measure_size(size: int, law, threads: bool) -> None:
    """Print the times of J2 for one mesh."""
    repeats = max(1, 100_000 // size)
    solver = bar(size, law)
    step, naive = step_time(solver, repeats), naive_time(solver) / size * 1e6
    place = solver.position.ravel()
    elements = fastest(lambda: solver.material.advance(place, 1e-9), repeats) / size * 1e6
    protocol = step_time(bar(size, law, fused=False), repeats)
    print(
        f"{size:8d} elements: J2 fused {step:.3f} (elements alone {elements:.3f}), through the protocol {protocol:.3f}"
    )
    print(f"{'':18s} naive kernel, elements alone {naive:.3f}")
    if threads:
        print(f"{'':18s} J2 fused on two threads {step_time(bar(size, law, threads=2), repeats):.3f}")


def measure_law(name: str) -> None:
    """Print the times of a law through the protocol."""
    solver = bar(3_168, law_of(name))
    seconds, steps = solver.material.law_seconds, solver.steps
    step = step_time(solver, 5)
    law = (solver.material.law_seconds - seconds) / (solver.steps - steps) / 3_168 * 1e6
    print(f"    3168 elements: {name} {step:.3f}, the law's mean per point {law:.3f}")


def main() -> None:
    print("µs per element and step")
    for size in SIZES:
        measure_size(size, law_of("copper_j2"), "--threads" in sys.argv)
    for name in LAWS:
        measure_law(name)


if __name__ == "__main__":
    main()
