"""Meshes of an impact: what halving the elements does to a smooth wave, to a Taylor bar, and what symmetry saves."""

import functools

import numpy as np
import pytest

from hammerscale.config.deck import Deck
from hammerscale.macro.explicit.run import Run
from hammerscale.macro.explicit.setup import build_solver
from hammerscale.macro.explicit.solver import Controls, ExplicitSolver
from hammerscale.macro.meshes.mesh import box_mesh
from hammerscale.macro.records.summary import summarise
from tests.macro.bodies import COPPER, ELASTIC

LENGTH = 10e-3
WAVE_SPEED = np.sqrt((2 * 24e9 + 4 / 3 * 25e9) / 1e4)
# So small that the body is linear.
VELOCITY = 1e-3


def standing_wave_error(layers: int) -> float:
    """Return the largest error of the displacement, relative, of a free bar that swings in its first mode."""
    side = np.array([0.0, LENGTH / layers])
    mesh = box_mesh(side, side, np.linspace(0.0, LENGTH, layers + 1))
    shape = np.cos(np.pi * mesh.nodes[:, 2] / LENGTH)
    velocity = np.column_stack([np.zeros((len(shape), 2)), VELOCITY * shape])
    fixed = np.broadcast_to([1.0, 1.0, 0.0], mesh.nodes.shape)
    controls = Controls(linear_viscosity=0.0, quadratic_viscosity=0.0, step_scale=0.5)
    solver = ExplicitSolver(mesh, ELASTIC, controls, velocity, fixed)
    # Three quarters of a period and a bit: the modes are not at a turning point, where errors of phase do not show.
    frequency, until = np.pi * WAVE_SPEED / LENGTH, 1.6 * LENGTH / WAVE_SPEED
    while solver.time_s < until:
        solver.step(until)
    exact = VELOCITY / frequency * np.sin(frequency * until) * shape
    return float(np.abs(solver.position[:, 2] - mesh.nodes[:, 2] - exact).max() / (VELOCITY / frequency))


def test_a_standing_wave_converges_with_the_square_of_the_element_size():
    errors = np.array([standing_wave_error(layers) for layers in (8, 16, 32)])
    np.testing.assert_allclose(np.log2(errors[:-1] / errors[1:]), 2.0, atol=0.1)


@functools.cache
def bar(core: int, layers: int, section: str, duration_us: float) -> dict[str, object]:
    """Return the summary of a copper Taylor bar."""
    body = {"kind": "cylinder", "length_mm": 32.4, "radius_mm": 3.2, "core": core, "rings": core, "layers": layers}
    wall = {"kind": "wall", "velocity_m_s": 227.0, "rebound": False}
    settings = {"title": "bar", "body": body | {"section": section}, "impact": wall, "duration_us": duration_us}
    deck = Deck.model_validate(settings)
    run = Run(deck, build_solver(deck, COPPER))
    run.advance(run.duration_s)
    return summarise(run, "bar", "copper")


@pytest.mark.parametrize("result", ["mushroom_radius_mm", "max_plastic_strain"])
def test_a_finer_mesh_of_the_taylor_bar_changes_less(result):
    coarse, middle, fine = (
        float(bar(core, layers, "quarter", 80.0)[result]) for core, layers in [(2, 33), (3, 50), (4, 66)]
    )
    assert coarse < middle < fine
    # Spacings 1/2, 1/3, 1/4: from a slope of at least one the second change is at most half of the first.
    assert fine - middle < 0.55 * (middle - coarse)


@pytest.mark.parametrize("section", ["half", "full"])
def test_the_whole_cylinder_and_its_half_end_as_the_quarter_does(section):
    quarter, more = bar(2, 12, "quarter", 20.0), bar(2, 12, section, 20.0)
    for result in ("final_length_mm", "mushroom_radius_mm", "max_plastic_strain"):
        assert more[result] == pytest.approx(quarter[result], rel=1e-8)
