"""Microseconds per element and step of the impact solver, beside a naive kernel, all in one run.

`taskset -c 1 python bench/impact.py [law or model folder ...]` measures J2 in the fused pass and through the protocol,
every law of config/laws, surrogates of the usual sizes, and what else is named; without taskset two threads stand
beside one, too. Times are the smallest of several, of this thread's CPU (of the clock for two threads), because the
machine may be shared.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from impact_models import MODELS
from numba import njit

from hammerscale.capabilities import takes_plane_strain_only
from hammerscale.config.law_file import LAW_FOLDER, LawFile, find_law_file
from hammerscale.config.machinery.section_file import read_section
from hammerscale.errors import HammerscaleError
from hammerscale.laws.exported import load_exported
from hammerscale.laws.law_factory import build_law
from hammerscale.macro.explicit.solver import Controls, ExplicitSolver
from hammerscale.macro.meshes.cylinder import cylinder_mesh
from hammerscale.macro.meshes.mesh import Mesh, box_mesh

ROUNDS = 12
# (core, rings, layers) of quarter cylinders.
SIZES = {192: (2, 2, 16), 3_168: (4, 4, 66), 199_680: (16, 16, 260)}
# Elements across a bar in plane strain.
ACROSS = 4
COPPER, STEEL = "copper_j2", "steel_johnson_cook"
# Laws slower than this are measured on 192 points: calls weigh nothing there and more points only take longer.
SLOW_US = 100.0
PRINTED_DENSITY = 1e4


@njit(error_model="numpy")
def naive_forces(position, elements, gradient, volume, stretch, stress, plastic, constants, force):
    """J2 as one would write it first: small arrays, library calls, forces added to the nodes one by one."""
    bulk, shear, yield_stress, hardening = constants
    force[:] = 0.0
    identity = np.eye(3)
    for e in range(len(elements)):
        deformation = np.zeros((3, 3))
        for a in range(8):
            for i in range(3):
                for j in range(3):
                    deformation[i, j] += position[elements[e, a], i] * gradient[e, a, j]
        rotation = deformation
        for _ in range(7):
            rotation = 0.5 * (rotation + np.linalg.inv(rotation).T)
        new_stretch = rotation.T @ deformation
        change = (new_stretch - stretch[e]) @ np.linalg.inv(0.5 * (new_stretch + stretch[e]))
        strain = 0.5 * (change + change.T)
        trace, mean = np.trace(strain), np.trace(stress[e]) / 3.0
        deviator = stress[e] - mean * identity + 2.0 * shear * (strain - trace / 3.0 * identity)
        size = np.sqrt(1.5 * np.sum(deviator**2))
        slip = max(size - yield_stress - hardening * plastic[e], 0.0) / (3.0 * shear + hardening)
        if slip > 0.0:
            deviator *= 1.0 - 3.0 * shear * slip / size
            plastic[e] += slip
        stress[e] = deviator + (mean + bulk * trace) * identity
        stretch[e] = new_stretch
        cauchy = rotation @ stress[e] @ rotation.T
        flux = cauchy @ np.linalg.inv(deformation).T * np.linalg.det(deformation) * volume[e]
        for a in range(8):
            for i in range(3):
                for j in range(3):
                    force[elements[e, a], i] -= flux[i, j] * gradient[e, a, j]


def law_of(name: str):
    """Return a law of the project, a surrogate of the usual size, or a law of a folder with an exported model."""
    if name in MODELS:
        return MODELS[name]()
    if Path(name).is_dir():
        return load_exported(Path(name), PRINTED_DENSITY)
    return build_law(read_section(find_law_file(name), LawFile))


def bar(size: int, law, speed: float = 227.0, steps: int = 30, **settings) -> ExplicitSolver:
    """Return a quarter of a bar that has begun to deform at a wall, one in plane strain if its law knows no other."""
    mesh, fixed = plane_bar(size) if takes_plane_strain_only(law) else quarter_bar(size)
    velocity = np.broadcast_to([0.0, 0.0, -speed], mesh.nodes.shape)
    solver = ExplicitSolver(mesh, law, Controls(**settings), velocity, fixed, wall=0.0)
    for _ in range(steps):
        solver.step(1.0)
    return solver


def quarter_bar(size: int) -> tuple[Mesh, np.ndarray]:
    """Return a quarter of a cylinder, and what of its nodes (n, 3) is fixed."""
    mesh = cylinder_mesh(32.4e-3, 3.2e-3, *SIZES[size], "quarter")
    fixed = np.zeros_like(mesh.nodes)
    for axis, name in enumerate(("symmetry_x", "symmetry_y")):
        fixed[mesh.node_sets[name], axis] = 1.0
    return mesh, fixed


def plane_bar(size: int) -> tuple[Mesh, np.ndarray]:
    """Return a box of one element along y, and what of its nodes (n, 3) is fixed."""
    ends = (3.2e-3, ACROSS), (0.8e-3, 1), (32.4e-3, size // ACROSS)
    mesh = box_mesh(*(np.linspace(0.0, length, count + 1) for length, count in ends))
    fixed = np.zeros_like(mesh.nodes)
    fixed[:, 1] = 1.0
    return mesh, fixed


def fastest(call: Callable[[], object], repeats: int, clock: Callable[[], float] = time.thread_time) -> float:
    """Return the shortest time of one call [s] over several rounds of calls."""
    best = np.inf
    for _ in range(ROUNDS):
        started = clock()
        for _ in range(repeats):
            call()
        best = min(best, (clock() - started) / repeats)
    return best


class Naive:
    """The naive kernel on the mesh of a solver."""

    def __init__(self, solver: ExplicitSolver) -> None:
        count = len(solver.mesh.elements)
        self.mesh = solver.mesh.elements, solver.reference.gradient, solver.reference.volume
        self.state = np.tile(np.eye(3), (count, 1, 1)), np.zeros((count, 3, 3)), np.zeros(count)
        self.constants, self.force = solver.law.fused_parameters, np.zeros_like(solver.mesh.nodes)

    def forces(self, position) -> np.ndarray:
        """Advance to nodal positions (n, 3) and return the forces (n, 3) [N]."""
        naive_forces(position, *self.mesh, *self.state, self.constants, self.force)
        return self.force


def naive_difference() -> float:
    """Return how far the forces of both kernels differ at most, of the largest force, over the first steps of a bar."""
    settings = {"hourglass": 0.0, "linear_viscosity": 0.0, "quadratic_viscosity": 0.0}
    solver = bar(3_168, law_of(COPPER), steps=0, **settings)
    naive, worst = Naive(solver), 0.0
    for _ in range(100):
        solver.step(1.0)
        expected = naive.forces(solver.position)
        lanes = solver.material.force.reshape(solver.blocks.count, 3, 8, -1).transpose(0, 3, 2, 1).reshape(-1, 8, 3)
        found = np.zeros_like(expected)
        np.add.at(found, solver.mesh.elements, lanes[: len(solver.mesh.elements)])
        worst = max(worst, float(np.abs(found - expected).max() / np.abs(expected).max()))
    return worst


def tell(size: int, name: str, seconds: float) -> None:
    """Print a row."""
    print(f"{size:8d}  {seconds / size * 1e6:8.3f}  {name}")


def measure_size(size: int) -> None:
    """Print the times of J2 for one mesh."""
    law, repeats = law_of(COPPER), max(1, 100_000 // size)
    fused, protocol = bar(size, law), bar(size, law, fused=False)
    naive, place, flat = Naive(fused), fused.position.copy(), fused.position.ravel().copy()
    rows = {
        "J2 fused, whole step": lambda: fused.step(1.0),
        "J2 fused, elements alone": lambda: fused.material.advance(flat, 1e-9),
        "J2 through the protocol, whole step": lambda: protocol.step(1.0),
    }
    for name, call in rows.items():
        print(f"{size:8d}  {name:40s} {fastest(call, repeats) / size * 1e6:8.3f}")
    print(
        f"{size:8d}  {'naive kernel, elements alone':40s} {fastest(lambda: naive.forces(place), 1) / size * 1e6:8.3f}"
    )
    if len(os.sched_getaffinity(0)) > 1:
        two = bar(size, law, threads=2)
        times = [fastest(lambda s=s: s.step(1.0), repeats, time.perf_counter) for s in (fused, two, fused, two)]
        one, both = min(times[::2]), min(times[1::2])
        tell(size, f"J2 fused, two threads by the clock, one ÷ two {one / both:.2f}", both)


def law_time(name: str) -> float:
    """Return the time of a law per point and step, called as the solver calls it [µs]."""
    law = law_of(name)
    few = advance_time(law, 192)
    return few if few > SLOW_US else advance_time(law, 3_168)


def advance_time(law, size: int) -> float:
    """Return the time of one `Law.advance` per point in a bar that has begun to deform [µs]."""
    material = bar(size, law, speed=100.0, steps=5, fused=False).material
    state, old = material.state(), material.old.gradient
    across = 1.0 if takes_plane_strain_only(law) else 1.00001
    state_new, new = np.empty_like(state), old @ np.diag([1.00001, across, 0.99998])
    return fastest(lambda: law.advance(state, old, new, 1e-8, state_new), 1) / size * 1e6


def measure_laws(names: list[str]) -> None:
    """Print the times of laws, and what they are of Johnson and Cook's."""
    # Everything is divided by it, and a busy moment must not stand below every ratio.
    reference = min(law_time(STEEL) for _ in range(3))
    for name in names:
        try:
            best = law_time(name)
        except HammerscaleError as error:
            print(f"{name:50s} {error.what}")
            continue
        print(f"{name:50s} {best:10.3f}  ÷ Johnson-Cook {best / reference:10.2f}")


def main() -> None:
    print(f"forces differ from those of the naive kernel by {naive_difference():.1e}")
    print("elements  µs per element and step")
    for size in (3_168, 199_680):
        measure_size(size)
    print("\nlaw, µs per point and step")
    measure_laws([*sorted(file.stem for file in LAW_FOLDER.glob("*.yaml")), *MODELS, *sys.argv[1:]])


if __name__ == "__main__":
    main()
