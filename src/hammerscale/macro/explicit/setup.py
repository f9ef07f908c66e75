"""From a deck to a solver: mesh, supports, initial velocities, what the body hits."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.config.deck import Box, Cylinder, Deck, Plate
from hammerscale.errors import ImpactError
from hammerscale.laws.law import Law
from hammerscale.macro.explicit.contact import RigidCylinder
from hammerscale.macro.explicit.solver import NO_WALL, Controls, ExplicitSolver
from hammerscale.macro.meshes.cylinder import cylinder_mesh
from hammerscale.macro.meshes.mesh import Mesh, box_mesh, plate_mesh
from hammerscale.ranks import ALONE, Group

MM = 1e-3
# Part of a whole body that the mesh stands for.
SHARE = {"full": 1.0, "half": 0.5, "quarter": 0.25}

# Settings that reduce a body of each kind to very few elements.
FEWEST: dict[str, dict[str, object]] = {
    "cylinder": {"core": 1, "rings": 1, "layers": 1},
    "plate": {"across": 2, "through": 1},
    "box": {"elements": (1, 1, 1)},
}
# Axes of a box along which nothing moves.
HELD_AXES: dict[str, tuple[int, ...]] = {"free": (), "plane_strain": (1,), "held": (0, 1)}


def _cylinder(body: Cylinder) -> Mesh:
    return cylinder_mesh(body.length_mm * MM, body.radius_mm * MM, body.core, body.rings, body.layers, body.section)


def _plate(body: Plate) -> Mesh:
    return plate_mesh(body.half_width_mm * MM, body.thickness_mm * MM, body.across, body.through, body.first_mm * MM)


def _box(body: Box) -> Mesh:
    x, y, z = (np.linspace(0.0, size * MM, n + 1) for size, n in zip(body.size_mm, body.elements, strict=True))
    return box_mesh(x, y, z, symmetry="xy")


MESHERS: dict[str, Callable[[Any], Mesh]] = {"cylinder": _cylinder, "plate": _plate, "box": _box}


def build_solver(deck: Deck, law: Law, group: Group = ALONE) -> ExplicitSolver:
    """Return the solver of a deck under a law, at time zero, its points shared out among the processes of a group."""
    mesh = MESHERS[deck.body.kind](deck.body)
    velocity, wall, projectile, rebound = np.zeros_like(mesh.nodes), NO_WALL, None, True
    if deck.impact.kind == "wall":
        velocity[:, 2] = -deck.impact.velocity_m_s
        wall, rebound = 0.0, deck.impact.rebound
    else:
        # The mesh is a quarter of the plate, so only a quarter of the projectile acts on it.
        mass = np.inf if deck.impact.mass_kg is None else deck.impact.mass_kg * SHARE["quarter"]
        projectile = RigidCylinder(deck.impact.radius_mm * MM, mass, 0.0, -deck.impact.velocity_m_s)
    controls = Controls(**deck.solver.model_dump())
    return ExplicitSolver(mesh, law, controls, velocity, _supports(deck, mesh), wall, projectile, rebound, group)


def rehearse(deck: Deck, law: Law) -> None:
    """Take one step of a body of a few elements and forget it.

    Kernels are compiled or loaded in it, which may take seconds: the cost of the run itself then holds its steps alone.
    """
    small = deck.model_copy(update={"body": deck.body.model_copy(update=FEWEST[deck.body.kind])})
    solver = build_solver(small, law)
    # A law that cannot take this step fails in the run, too, which reports the element and keeps its records.
    with suppress(ImpactError):
        solver.step(solver.stable_step())


def _supports(deck: Deck, mesh: Mesh) -> FloatArray:
    """Return 1 where a component of a node's velocity is held (n, 3)."""
    fixed = np.zeros_like(mesh.nodes)
    for axis, name in enumerate(("symmetry_x", "symmetry_y")):
        fixed[mesh.node_sets.get(name, []), axis] = 1.0
    fixed[mesh.node_sets.get("support", []), 2] = 1.0
    if deck.body.kind == "box":
        fixed[:, list(HELD_AXES[deck.body.lateral])] = 1.0
    return fixed
