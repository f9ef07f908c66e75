"""The implicit step: its numbers, its small systems, its kernels, and what holds for any metal."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hammerscale as hs
from hammerscale.arrays import Outcome
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.crystal import implicit_step, tableau
from hammerscale.crystal.backend.block import LANES, new_block
from hammerscale.crystal.constants import law_constants, pack_constants
from hammerscale.crystal.geometry import crystal_geometry
from hammerscale.crystal.small_system import factorise, solve
from hammerscale.loading.path import StrainPath
from tests.crystal.harness import lane_kernels, run_kernel
from tests.crystal.materials import ALUMINIUM, MAGNESIUM, with_rate_exponent

SECONDS = 100.0
TIMES = np.linspace(0.0, 1.0, 11)


def matrices():
    """Return α, γ with its diagonal, and b."""
    weights, coupling = np.zeros((4, 4)), tableau.GAMMA * np.eye(4)
    for i in range(4):
        weights[i, : len(tableau.STAGE_WEIGHTS[i])] = tableau.STAGE_WEIGHTS[i]
        coupling[i, : len(tableau.COUPLING[i])] = tableau.COUPLING[i]
    return weights, coupling, np.array(tableau.IMPLICIT_STATE)


def test_the_method_is_of_third_order_for_any_jacobian():
    a, g, b = matrices()
    one = np.ones(4)
    found = [b @ one, b @ a @ one, b @ (a @ one) ** 2, b @ a @ a @ one]
    assert found == pytest.approx([1.0, 1 / 2, 1 / 3, 1 / 6], abs=1e-14)
    # What an inexact Jacobian would add to the orders two and three.
    assert [b @ g @ one, b @ g @ g @ one, b @ a @ g @ one, b @ g @ a @ one] == pytest.approx([0.0] * 4, abs=1e-14)


def test_the_method_is_stiffly_accurate():
    a, g, b = matrices()
    np.testing.assert_allclose(a[3] + g[3], b, atol=1e-15)


def test_output_between_steps_joins_their_ends():
    weights = tableau.DENSE_WEIGHTS
    np.testing.assert_allclose(weights.sum(axis=1), tableau.IMPLICIT_STATE, atol=1e-14)


@given(seed=st.integers(0, 2**32 - 1))
def test_small_systems_are_solved(seed):
    rng = np.random.default_rng(seed)
    root, right = rng.normal(size=(5, 5)), rng.normal(size=5)
    matrix = root @ root.T + 0.1 * np.eye(5)
    upper = {(k, m): matrix[k, m] for k in range(5) for m in range(k, 5)}
    np.testing.assert_allclose(solve(factorise(upper, 5), right), np.linalg.solve(matrix, right), rtol=1e-8, atol=1e-10)


STAGES = ["start_stage", "second_implicit", "third_implicit", "fourth_implicit", "implicit_candidate"]
LAWS = ["linearise_flow", "finish_first", "finish_second", "finish_third", "finish_fourth", "implicit_interpolate"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*STAGES, *LAWS])
def test_kernels_are_those_of_the_plain_step(name):
    geometry, rng = crystal_geometry(ALUMINIUM), np.random.default_rng(1)
    block = new_block(geometry.state_layout, implicit=True)
    for plane in set(block.dtype.names) - {"everything"}:
        block[0][plane] = rng.uniform(0.1, 1.0, block[0][plane].shape)
    block[0]["stretch"] += np.array([3.0, 3.0, 3.0, 0.0, 0.0, 0.0])[:, None]
    numbers = SimpleNamespace(**{plane: block[0][plane].copy() for plane in block.dtype.names})
    law = name in LAWS
    operands = (law_constants(ALUMINIUM, SECONDS), geometry) if law else (geometry.state_layout,)
    getattr(implicit_step, name)(numbers, *operands)
    kernel = getattr(lane_kernels(geometry), name.removeprefix("implicit_"))
    run_kernel(kernel, block, *([pack_constants(ALUMINIUM, SECONDS)] if law else []))
    for plane in set(block.dtype.names) - {"everything"}:
        expected = vars(numbers)[plane]
        scale = np.abs(expected).max(initial=0.0)
        np.testing.assert_allclose(block[0][plane], expected, rtol=1e-8, atol=1e-10 * scale, err_msg=plane)
    assert block[0]["state"].shape[1] == LANES


@pytest.mark.slow
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_volume_dissipation_and_work_on_random_walks(seed):
    rng = np.random.default_rng(seed)
    cell = TaylorPolycrystal(ALUMINIUM, hs.random_texture(rng, grains=8), tolerance=1e-6)
    path, _ = hs.random_walk(rng, 0.05)
    (response,), state = cell.responses_and_states([path], TIMES, SECONDS)
    assert response.outcome == Outcome.CONVERGED
    inside = cell.grain_variables(state[0])
    np.testing.assert_allclose(np.linalg.det(inside.inelastic_gradient), 1.0, atol=1e-9)
    assert (np.diff(response.dissipation) >= -1e-6 * response.dissipation[-1]).all()
    assert response.dissipation[-1] > 0.0


@pytest.mark.slow
def test_cubic_symmetry_of_an_orientation_changes_nothing():
    rng = np.random.default_rng(2)
    quaternions = hs.random_texture(rng, grains=8)
    half = np.sqrt(0.5)
    w, x, y, z = quaternions.T
    # A quarter turn about the crystal's third axis, from the right.
    turned = np.stack([w * half - z * half, x * half + y * half, y * half - x * half, z * half + w * half], axis=1)
    path, _ = hs.random_walk(rng, 0.05)
    stress = [
        TaylorPolycrystal(ALUMINIUM, q, tolerance=1e-7).response(path, TIMES, SECONDS).stress
        for q in (quaternions, turned)
    ]
    np.testing.assert_allclose(stress[0], stress[1], atol=1e-4 * np.abs(stress[0]).max())


@pytest.mark.slow
@pytest.mark.parametrize("exponent", [0.15, 0.02])
def test_stiff_slip_and_twins_of_the_paper_law_converge(exponent):
    material = with_rate_exponent(MAGNESIUM, exponent)
    slow = replace(material, twin=replace(material.twin, rate_exponent=0.5))
    cell = TaylorPolycrystal(slow, hs.random_texture(np.random.default_rng(3), grains=8), tolerance=1e-5)
    tight = TaylorPolycrystal(slow, hs.random_texture(np.random.default_rng(3), grains=8), tolerance=1e-7)
    found, exact = (c.response(hs.uniaxial(0.05), TIMES, 1e-6) for c in (cell, tight))
    assert found.outcome == exact.outcome == Outcome.CONVERGED
    assert np.abs(found.stress - exact.stress).max() < 2e-2 * np.abs(exact.stress).max()


@pytest.mark.slow
@pytest.mark.parametrize("strain", [1e-6, 1e-4, 1e-2])
def test_macro_steps_of_any_size_end_where_the_path_does(strain):
    rng, steps = np.random.default_rng(4), 4
    cell = TaylorPolycrystal(ALUMINIUM, hs.random_texture(rng, grains=8), tolerance=1e-7)
    times = np.linspace(0.0, 1.0, steps + 1)
    # Straight in U, as a macro step is.
    line = np.zeros((1, 6, 4))
    line[0, :3, 0] = 1.0
    line[0, :3, 1] = steps * strain * np.array([1.0, -0.5, -0.5])
    path = StrainPath("knots", np.array([0.0, 1.0]), line)
    whole = cell.response(path, times, strain * steps / 1e-3).stress
    state, stretch = cell.initial_state(1), path.stretch(times)
    for k in range(steps):
        new = np.empty_like(state)
        stress, status = cell.advance(state, stretch[k : k + 1], stretch[k + 1 : k + 2], strain / 1e-3, new)
        assert status[0] == Outcome.CONVERGED
        np.testing.assert_allclose(stress[0], whole[k + 1], atol=2e-3 * np.abs(whole).max())
        state = new
