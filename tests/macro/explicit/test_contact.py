"""The rigid cylinder: momentum, common velocity, no pulling, its side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.macro.explicit.contact import RigidCylinder

DT = 1e-8


def flight(position, velocity):
    """Return what a step without contact makes of nodes: old and new positions and velocities, flat."""
    position, velocity = np.array(position, float), np.array(velocity, float)
    old = position.ravel().copy(), velocity.ravel().copy()
    return old, ((position + DT * velocity).ravel(), velocity.ravel().copy())


@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1.0))
def test_a_cylinder_of_finite_mass_gives_the_momentum_that_it_loses(seed, weight):
    rng = np.random.default_rng(seed)
    nodes = np.column_stack([rng.uniform(-1e-3, 1e-3, (20, 2)), rng.uniform(-1e-6, 0, 20)])
    mass = rng.uniform(1e-7, 1e-6, 20)
    old, new = flight(nodes, rng.uniform(-50, 50, (20, 3)))
    before = mass @ new[1].reshape(-1, 3)
    cylinder = RigidCylinder(2e-3, weight * 1e-5, 0.0, -200.0)
    _, _, impulse = cylinder.push(old, new, mass, DT, 0.0)
    gained = mass @ new[1].reshape(-1, 3) - before
    assert gained[2] == pytest.approx(impulse, rel=1e-9, abs=1e-16)
    assert weight * 1e-5 * (cylinder.velocity + 200.0) == pytest.approx(-impulse, rel=1e-9, abs=1e-15)
    np.testing.assert_allclose(gained[:2], 0.0, atol=1e-18)


@given(st.integers(0, 2**32 - 1))
def test_no_node_is_left_inside_and_none_is_pulled(seed):
    rng = np.random.default_rng(seed)
    nodes = np.column_stack([rng.uniform(-1e-3, 1e-3, (20, 2)), rng.uniform(-1e-6, 0, 20)])
    old, new = flight(nodes, rng.uniform(-50, 50, (20, 3)))
    free = new[1].copy()
    cylinder = RigidCylinder(2e-3, np.inf, 0.0, -200.0)
    cylinder.push(old, new, np.full(20, 1e-7), DT, 0.0)
    assert (new[0].reshape(-1, 3)[:, 2] <= cylinder.face + 1e-18).all()
    assert (new[1] <= free).all()


def test_an_infinitely_heavy_cylinder_keeps_its_velocity():
    old, new = flight([[0, 0, 0]], [[0, 0, 100.0]])
    cylinder = RigidCylinder(1e-3, np.inf, 0.0, -200.0)
    cylinder.push(old, new, np.array([1.0]), DT, 0.0)
    assert cylinder.velocity == -200.0
    assert cylinder.face == -200.0 * DT
    assert new[1][2] == pytest.approx(-200.0)


def test_the_deepest_node_is_reported():
    old, new = flight([[0, 0, -1e-7], [0, 0, 2e-7]], [[0, 0, 0], [0, 0, 0]])
    cylinder = RigidCylinder(1e-3, np.inf, 0.0, -50.0)
    cylinder.push(old, new, np.ones(2), DT, 0.0)
    assert cylinder.penetration == pytest.approx(2e-7 + 50.0 * DT)


def test_a_node_that_comes_from_beside_stays_beside():
    old, new = flight([[1.001e-3, 0, 5e-4]], [[-1000.0, 0, 0]])
    cylinder = RigidCylinder(1e-3, np.inf, 0.0, -50.0)
    cylinder.push(old, new, np.ones(1), DT, 0.0)
    assert new[0][0] == pytest.approx(1.0e-3)
    assert new[0][2] == 5e-4


def test_work_is_the_kinetic_energy_gained():
    old, new = flight([[0, 0, 0]], [[0, 0, 30.0]])
    work, _, _ = RigidCylinder(1e-3, np.inf, 0.0, -200.0).push(old, new, np.array([2.0]), DT, 0.0)
    assert work == pytest.approx(0.5 * 2.0 * (200.0**2 - 30.0**2))
