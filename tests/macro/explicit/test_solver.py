"""Explicit dynamics: conservation, patch test, spin, equal bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from hammerscale.errors import ImpactError
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.macro.explicit.element_lanes import largest_eigenvalue
from hammerscale.macro.explicit.solver import REFRESH_STEPS, Controls, ExplicitSolver, even_step
from hammerscale.macro.meshes.cylinder import cylinder_mesh
from hammerscale.macro.meshes.mesh import Mesh
from tests.macro.bodies import COPPER, ELASTIC, distorted_block, free_body


def nodal_forces(solver: ExplicitSolver) -> np.ndarray:
    """Return the forces of all elements on the nodes (n, 3), added up from the blocks."""
    lanes = solver.material.force.reshape(solver.blocks.count, 3, 8, -1)
    by_element = lanes.transpose(0, 3, 2, 1).reshape(-1, 8, 3)[: len(solver.mesh.elements)]
    total = np.zeros_like(solver.mesh.nodes)
    np.add.at(total, solver.mesh.elements, by_element)
    return total


@pytest.mark.parametrize("law", [ELASTIC, COPPER], ids=["elastic", "j2"])
def test_a_linear_field_on_a_distorted_mesh_leaves_every_inner_node_in_equilibrium(law):
    mesh = distorted_block()
    solver = free_body(mesh, law, np.zeros(3), linear_viscosity=0.0, quadratic_viscosity=0.0)
    slope = np.eye(3) + 1e-2 * np.random.default_rng(1).uniform(-1, 1, (3, 3))
    solver.material.advance((mesh.nodes @ slope.T).ravel(), 1e-9)
    solver.material.accept()
    forces = nodal_forces(solver)
    inner = ((mesh.nodes > 0.0) & (mesh.nodes < 1e-3)).all(axis=1)
    assert np.abs(forces[inner]).max() < 1e-12 * np.abs(forces).max()
    stress = solver.material.cauchy(np.tile(slope, (27, 1, 1)))
    np.testing.assert_allclose(stress, np.broadcast_to(stress[0], stress.shape), atol=1e-12 * np.abs(stress).max())


def test_a_linear_field_stretches_no_hourglass_spring():
    mesh = distorted_block()
    solver = free_body(mesh, ELASTIC, np.zeros(3))
    slope = np.eye(3) + 0.3 * np.random.default_rng(1).uniform(-1, 1, (3, 3))
    solver.material.advance((mesh.nodes @ slope.T).ravel(), 0.0)
    assert solver.material.sums[:, 1].sum() < 1e-20


def test_an_hourglass_displacement_is_resisted_by_its_potential():
    mesh = distorted_block()
    solver = free_body(mesh, ELASTIC, np.zeros(3), linear_viscosity=0.0, quadratic_viscosity=0.0)
    rng = np.random.default_rng(2)
    displaced = mesh.nodes + 1e-5 * rng.uniform(-1, 1, mesh.nodes.shape)
    direction = rng.uniform(-1, 1, mesh.nodes.shape)
    energies = []
    for sign in (1, -1):
        solver.material.advance((displaced + sign * 1e-9 * direction).ravel(), 1e-9)
        hourglass = solver.material.sums[:, 1].sum()
        gradient = np.einsum(
            "mai,maj->mij", (displaced + sign * 1e-9 * direction)[mesh.elements], solver.reference.gradient
        )
        state = ELASTIC.initial_state(27)
        ELASTIC.advance(state, gradient, gradient, 1e-9, state)
        stored = solver.reference.volume @ ELASTIC.outputs(state)["stored_energy"]
        energies.append(hourglass + stored)
    solver.material.advance(displaced.ravel(), 1e-9)
    expected = -(energies[0] - energies[1]) / 2e-9
    assert (nodal_forces(solver) * direction).sum() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("fused", [True, False], ids=["fused", "protocol"])
def test_a_turn_of_360_degrees_returns_the_stress(fused):
    mesh = distorted_block()
    solver = free_body(mesh, COPPER, np.zeros(3), fused=fused)
    slope = np.eye(3) + 1e-2 * np.random.default_rng(1).uniform(-1, 1, (3, 3))
    stretched = mesh.nodes @ slope.T
    solver.material.advance(stretched.ravel(), 1e-9)
    solver.material.accept()
    before = solver.material.cauchy(np.tile(slope, (27, 1, 1)))
    for angle in np.linspace(0.0, 2.0 * np.pi, 41)[1:]:
        turn = Rotation.from_rotvec(angle * np.array([1.0, 2.0, 2.0]) / 3.0).as_matrix()
        solver.material.advance((stretched @ turn.T).ravel(), 1e-9)
        solver.material.accept()
    after = solver.material.cauchy(np.tile(slope, (27, 1, 1)))
    np.testing.assert_allclose(after, before, atol=1e-10 * np.abs(before).max())


@pytest.mark.parametrize("law", [ELASTIC, COPPER], ids=["elastic", "j2"])
def test_a_free_body_keeps_both_momenta(law):
    mesh = distorted_block()
    spin = np.cross(np.array([3e4, -2e4, 1e4]), mesh.nodes - 5e-4) + np.random.default_rng(0).uniform(-9, 9, (64, 3))
    solver = free_body(mesh, law, spin)
    mass = solver.blocks.mass
    linear, angular = mass @ spin, mass @ np.cross(mesh.nodes, spin)
    for _ in range(200):
        solver.step(1.0)
    np.testing.assert_allclose(solver.momentum(), linear, atol=1e-13 * (mass @ np.abs(spin)).max())
    # In half a step nodes move along their velocities, so the lever may be taken before or after it.
    turning = mass @ np.cross(solver.position, solver.velocity)
    np.testing.assert_allclose(turning, angular, atol=1e-13 * np.abs(angular).max())


def taylor_bar(law=COPPER, rebound=True, **settings) -> ExplicitSolver:
    """Return a coarse quarter of a bar on its way to a wall."""
    mesh = cylinder_mesh(10e-3, 3.2e-3, 2, 2, 7, "quarter")
    fixed = np.zeros_like(mesh.nodes)
    fixed[mesh.node_sets["symmetry_x"], 0] = 1.0
    fixed[mesh.node_sets["symmetry_y"], 1] = 1.0
    velocity = np.broadcast_to([0.0, 0.0, -150.0], mesh.nodes.shape)
    return ExplicitSolver(mesh, law, Controls(**settings), velocity, fixed, wall=0.0, rebound=rebound)


def run(solver: ExplicitSolver, steps: int) -> ExplicitSolver:
    """Take some steps."""
    for _ in range(steps):
        solver.step(1.0)
    return solver


def test_the_fused_law_gives_the_numbers_of_the_protocol():
    fused, protocol = run(taylor_bar(fused=True), 200), run(taylor_bar(fused=False), 200)
    np.testing.assert_allclose(fused.position, protocol.position, rtol=0, atol=1e-12 * 10e-3)
    state = fused.material.state()
    np.testing.assert_allclose(state, protocol.material.state(), rtol=0, atol=1e-9 * np.abs(state).max(axis=0).max())


@pytest.mark.parametrize("fused", [True, False], ids=["fused", "protocol"])
def test_two_threads_change_no_bit(fused):
    one, two = (run(taylor_bar(fused=fused, threads=n), 50) for n in (1, 2))
    np.testing.assert_array_equal(one.position, two.position)
    np.testing.assert_array_equal(one.material.state(), two.material.state())


@pytest.mark.parametrize("fused", [True, False], ids=["fused", "protocol"])
def test_a_restarted_run_goes_on_bit_for_bit(fused):
    straight = run(taylor_bar(fused=fused), 60)
    resumed = taylor_bar(fused=fused)
    resumed.restore(run(taylor_bar(fused=fused), 23).snapshot())
    run(resumed, 37)
    np.testing.assert_array_equal(straight.position, resumed.position)
    np.testing.assert_array_equal(straight.material.state(), resumed.material.state())
    assert straight.time_s == resumed.time_s
    assert straight.stress_work == resumed.stress_work


def test_a_wall_without_rebound_keeps_what_it_has_met_and_lets_it_slide():
    solver = run(taylor_bar(ELASTIC, rebound=False), 400)
    foot = solver.position[solver.mesh.node_sets["bottom"]]
    assert (foot[:, 2] == 0.0).all()
    assert np.hypot(foot[:, 0], foot[:, 1]).max() != pytest.approx(3.2e-3, rel=1e-6)
    assert run(taylor_bar(ELASTIC), 400).position[:, 2].min() > 0.0


@given(count=st.floats(1e-3, 900.0), longest=st.floats(0.5, 2.0))
def test_steps_up_to_a_time_are_as_few_as_possible_and_all_equal(count, longest):
    left = count * longest
    step = even_step(left, longest)
    number = round(left / step)
    assert step <= longest * (1.0 + 1e-8)
    assert (number - 1) * longest < left == pytest.approx(number * step)
    if number > 1:
        assert even_step(left - step, longest) == pytest.approx(step)


def test_a_body_steps_evenly_from_frame_to_frame():
    solver, steps = taylor_bar(), []
    frame = 3.3 * solver.stable_step()
    while solver.time_s < frame:
        solver.step(frame)
        steps.append(solver.dt)
    np.testing.assert_allclose(steps, 4 * [frame / 4], rtol=1e-12)


def test_the_wall_takes_the_momentum_it_gives():
    solver = run(taylor_bar(), 150)
    mass = solver.blocks.mass.sum()
    assert solver.momentum()[2] + 150.0 * mass == pytest.approx(solver.contact_impulse, rel=1e-12)


@pytest.mark.parametrize("fused", [True, False], ids=["fused", "protocol"])
def test_energy_balances_within_one_percent(fused):
    solver = taylor_bar(fused=fused)
    before = solver.energies.total
    for _ in range(300):
        solver.step(1.0, record=True)
    assert solver.energies.total == pytest.approx(before, rel=1e-2)
    assert solver.energies.internal > 0.1 * before
    assert solver.energies.hourglass < 0.05 * solver.energies.internal


def test_a_body_squeezed_through_itself_is_one_error_with_element_and_time_and_the_last_state_stands():
    mesh = distorted_block(0.0)
    solver = free_body(mesh, COPPER, np.column_stack([np.zeros((64, 2)), np.where(mesh.nodes[:, 2] > 5e-4, -1e6, 0.0)]))
    with pytest.raises(ImpactError, match=r"element \d+ is inverted .* at .* µs, step \d+"):
        run(solver, 100)
    assert np.isfinite(solver.position).all()
    assert (np.linalg.det(solver.gradient()) > 0.0).all()


def test_nodes_of_a_symmetry_plane_stay_in_it():
    solver = run(taylor_bar(), 100)
    assert (solver.position[solver.mesh.node_sets["symmetry_x"], 0] == 0.0).all()


def test_a_uniform_translation_strains_nothing():
    mesh = Mesh(distorted_block().nodes, distorted_block().elements, {})
    solver = run(free_body(mesh, ELASTIC, np.array([10.0, -20.0, 30.0])), 50)
    np.testing.assert_allclose(solver.gradient(), np.tile(np.eye(3), (27, 1, 1)), atol=1e-12)


class Fickle(UnitCellLaw):
    """An elastic law that fails at one point, or gets stiffer, when it is told to."""

    def __init__(self) -> None:
        super().__init__(ELASTIC.unit_cell)
        object.__setattr__(self, "orders", {"failing": None, "factor": 1.0, "senseless": None})

    def advance(self, state_old, gradient_old, gradient_new, duration_s, state_new):
        cauchy, status = super().advance(state_old, gradient_old, gradient_new, duration_s, state_new)
        if self.orders["failing"] is not None:
            status[self.orders["failing"]] = 1
        if self.orders["senseless"] is not None:
            cauchy[self.orders["senseless"]] = np.nan
        return cauchy, status

    def sound_speed(self, state):
        return self.orders["factor"] * super().sound_speed(state)


def test_a_law_that_fails_at_a_point_is_one_error_with_element_and_time_and_the_last_state_stands():
    law = Fickle()
    solver = run(taylor_bar(law), 10)
    position, state, time_us = solver.position.copy(), solver.material.state().copy(), solver.time_s * 1e6
    law.orders["failing"] = 17
    with pytest.raises(ImpactError, match=rf"law fails in element 17 .* at {time_us:.4g} µs, step 10"):
        solver.step(1.0)
    np.testing.assert_array_equal(solver.position, position)
    np.testing.assert_array_equal(solver.material.state(), state)


def test_a_stress_that_is_no_number_is_one_error_with_its_element_at_once_whatever_the_status_says():
    law = Fickle()
    solver = run(taylor_bar(law), 10)
    position, time_us = solver.position.copy(), solver.time_s * 1e6
    law.orders["senseless"] = 40
    with pytest.raises(ImpactError, match=rf"stress in element 40 is not finite at {time_us:.4g} µs, step 10"):
        solver.step(1.0)
    np.testing.assert_array_equal(solver.position, position)


def test_the_stable_step_follows_a_sound_speed_that_doubles():
    law = Fickle()
    solver = run(taylor_bar(law, linear_viscosity=0.0, quadratic_viscosity=0.0), REFRESH_STEPS // 2)
    before, speed = solver.stable_step(), solver.speed
    law.orders["factor"] = 2.0
    run(solver, REFRESH_STEPS)
    assert solver.speed == pytest.approx(2.0 * speed, rel=1e-2)
    assert solver.stable_step() == pytest.approx(0.5 * before, rel=5e-2)


def test_the_sound_speed_of_the_elastic_law_rises_where_the_body_is_squeezed():
    solver = run(taylor_bar(ELASTIC), REFRESH_STEPS)
    assert solver.speed == solver.law.sound_speed(solver.material.state()).max()
    assert solver.speed != solver.law.sound_speed(solver.law.initial_state(1))[0]


def test_a_law_without_a_sound_speed_is_one_error_with_the_element():
    law = Fickle()
    solver = run(taylor_bar(law), 1)
    law.orders["factor"] = np.nan
    with pytest.raises(ImpactError, match=r"no sound speed in element \d+ .* µs"):
        run(solver, REFRESH_STEPS)


@pytest.mark.parametrize("fused", [True, False])
def test_a_body_that_is_turned_moves_as_before_but_for_round_off(fused):
    mesh, turn = distorted_block(), Rotation.random(rng=np.random.default_rng(4)).as_matrix()
    squeeze = 400.0 * (5e-4 - mesh.nodes) / 5e-4 * [1.0, 0.3, -0.2]
    bodies = [
        free_body(Mesh(mesh.nodes @ axes.T, mesh.elements, mesh.node_sets), COPPER, squeeze @ axes.T, fused=fused)
        for axes in (np.eye(3), turn)
    ]
    for body in bodies:
        run(body, 60)
    plain, turned = bodies
    moved = np.abs(plain.position - mesh.nodes).max()
    np.testing.assert_allclose(turned.position @ turn, plain.position, atol=1e-9 * moved)
    assert turned.time_s == pytest.approx(plain.time_s, rel=1e-12)
    assert turned.viscous_work == pytest.approx(plain.viscous_work, rel=1e-9)
    assert plain.viscous_work > 1e-3 * plain.stress_work


def test_the_stable_step_follows_the_largest_eigenvalue_from_above():
    rng = np.random.default_rng(6)
    factors = rng.normal(size=(2000, 3, 3)) * 10.0 ** rng.uniform(-2, 2, (2000, 1, 3))
    matrices = 1e8 * np.concatenate(
        [factors @ factors.transpose(0, 2, 1), [np.eye(3), np.diag([1, 1, 0]), np.diag([1, 0, 0]), np.ones((3, 3))]]
    )
    found = np.array([largest_eigenvalue.py_func(*m[[0, 1, 2, 0, 1, 0], [0, 1, 2, 1, 2, 2]]) for m in matrices])
    ratio = found / np.linalg.eigvalsh(matrices)[:, 2]
    assert ratio.min() > 1.0 - 1e-12
    assert ratio.max() < 1.03
