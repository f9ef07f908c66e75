"""Small bodies that the tests of the solver share."""

from pathlib import Path

import numpy as np

from hammerscale.cell.elastic_body import ElasticBody
from hammerscale.config.law_file import LawFile
from hammerscale.config.machinery.section_file import read_section
from hammerscale.laws.j2 import J2Law
from hammerscale.laws.law_factory import build_law
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.macro.explicit.solver import Controls, ExplicitSolver
from hammerscale.macro.meshes.mesh import Mesh, box_mesh

ELASTIC = UnitCellLaw(ElasticBody(shear_modulus=25e9, volumetric_modulus=24e9, density=1e4))
YOUNG, POISSON = 117e9, 0.35
COPPER = J2Law(YOUNG / (3 - 6 * POISSON), YOUNG / (2 + 2 * POISSON), 400e6, 100e6, 8930.0)

CONFIG = Path(__file__).parents[2] / "config"
STEEL = build_law(read_section(CONFIG / "laws/steel_johnson_cook.yaml", LawFile))
MAGNESIUM_METAL = build_law(read_section(CONFIG / "laws/magnesium_johnson_cook.yaml", LawFile))


def taylor_magnesium(grains: int):
    """Return a polycrystal of few grains at every point."""
    rev = {"kind": "taylor", "material": str(CONFIG / "materials/magnesium.yaml"), "grains": grains}
    return build_law(LawFile.model_validate({"law": {"kind": "unit_cell", "rev": rev}}))


def distorted_block(size: float = 0.2, seed: int = 3) -> Mesh:
    """Return 3 x 3 x 3 elements whose inner nodes were moved at random."""
    side = np.linspace(0.0, 1e-3, 4)
    mesh = box_mesh(side, side, side)
    inner = ((mesh.nodes > 0.0) & (mesh.nodes < 1e-3)).all(axis=1)
    nodes = mesh.nodes.copy()
    nodes[inner] += size * side[1] * np.random.default_rng(seed).uniform(-1, 1, (inner.sum(), 3))
    return Mesh(nodes, mesh.elements, mesh.node_sets)


def free_body(mesh: Mesh, law, velocity, **settings) -> ExplicitSolver:
    """Return a body without supports."""
    controls = Controls(**settings)
    return ExplicitSolver(mesh, law, controls, np.broadcast_to(velocity, mesh.nodes.shape), np.zeros_like(mesh.nodes))
