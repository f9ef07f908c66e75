"""The generated kernels against the plain functions, run by Python on random states of eight grains."""

from dataclasses import astuple
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammerscale.crystal import explicit_step, grain_rates, step_control, time_step
from hammerscale.crystal.backend.block import LANES, new_block
from hammerscale.crystal.constants import law_constants, pack_constants
from hammerscale.crystal.geometry import crystal_geometry
from tests.crystal.harness import lane_kernels, random_grains, run_kernel
from tests.crystal.materials import MAGNESIUM, MICROSECOND, SQUARE

CONTROL = step_control.ControlSettings(1e6, 100.0, 1000.0, 1e-7, 1e-12, 1e6, 1.0, 1.0, 1.0)
# Kernels take an exponential that is good to ten digits.
AGREEMENT = 1e-8
seeds = st.integers(0, 2**32 - 1)
materials = pytest.mark.parametrize("material", [MAGNESIUM, SQUARE], ids=["hcp", "square"])


def random_block(material, seed):
    """Return a block whose grains have just tried a step: every number is random, but possible."""
    rng, grains, layout = (
        np.random.default_rng(seed),
        random_grains(material, seed),
        crystal_geometry(material).state_layout,
    )
    block = new_block(layout, implicit=False)
    w = block[0]
    for name in set(w.dtype.names) - {"everything"}:
        w[name] = rng.uniform(0.0, 1.0, w[name].shape)
    for name in ("reaches_end", "shortened", "accepted"):
        w[name] = rng.integers(0, 2, LANES)
    for name in ("attempt", "step", "done"):
        w[name] = 10.0 ** rng.uniform(-7, -3, LANES)
    # Far from the end or at it, so that rough logarithms cannot decide which step reaches the end.
    w["segment_end"] = w["time"] + np.where(rng.integers(0, 2, LANES), 1.0, 1e-12)
    tilde = (np.linalg.inv(grains.inelastic) @ grains.rotation).reshape(LANES, 9)
    for name in ("state", "stage"):
        w[name][: layout.evolving] = np.concatenate([tilde, grains.slip, 0.9 * grains.fraction], axis=1).T
    w["start_fraction"] = grains.start.T * rng.integers(0, 2, grains.start.T.shape)
    w["stretch"] = grains.stretch[:, [0, 1, 2, 0, 1, 0], [0, 1, 2, 1, 2, 2]].T
    w["estimate"] = 1e-3 * rng.normal(size=w["estimate"].shape)
    return block


def plain(block, function, *operands):
    """Return the block's numbers after the plain function, by name."""
    numbers = SimpleNamespace(**{name: block[0][name].copy() for name in block.dtype.names})
    function(numbers, *operands)
    return vars(numbers)


def assert_same(block, expected, rtol=AGREEMENT):
    for name in set(block.dtype.names) - {"everything"}:
        scale = np.abs(expected[name]).max(initial=0.0)
        np.testing.assert_allclose(block[0][name], expected[name], rtol=rtol, atol=1e-12 * scale, err_msg=name)


@materials
@given(seed=seeds)
@settings(max_examples=20)
def test_rates_are_those_of_the_plain_law(material, seed):
    block, geometry = random_block(material, seed), crystal_geometry(material)
    expected = plain(block, grain_rates.evaluate, law_constants(material, MICROSECOND), geometry)
    run_kernel(lane_kernels(geometry).evaluate, block, pack_constants(material, MICROSECOND))
    assert_same(block, expected)


@materials
@pytest.mark.parametrize("name", ["second_stage", "third_stage", "candidate", "commit"])
def test_stages_are_those_of_the_plain_step(material, name):
    for seed in range(10):
        block, geometry = random_block(material, seed), crystal_geometry(material)
        expected = plain(block, getattr(explicit_step, name), geometry.state_layout)
        run_kernel(getattr(lane_kernels(geometry), name), block)
        assert_same(block, expected)


@materials
def test_output_is_that_of_the_plain_step(material):
    for seed in range(10):
        block, geometry = random_block(material, seed), crystal_geometry(material)
        expected = plain(block, explicit_step.interpolate, law_constants(material, MICROSECOND), geometry)
        run_kernel(lane_kernels(geometry).interpolate, block, pack_constants(material, MICROSECOND))
        assert_same(block, expected)


def test_the_path_is_evaluated_at_the_node():
    block = random_block(SQUARE, 1)
    expected = plain(block, time_step.evaluate_path, 0.75)
    run_kernel(lane_kernels(crystal_geometry(SQUARE)).evaluate_path, block, 0.75)
    assert_same(block, expected)


@materials
def test_attempts_are_judged_as_by_the_plain_control(material):
    for seed in range(20):
        block, geometry = random_block(material, seed), crystal_geometry(material)
        expected = plain(block, step_control.judge, CONTROL, geometry.state_layout, step_control.EXPLICIT)
        run_kernel(lane_kernels(geometry).judge, block, np.array(astuple(CONTROL)))
        # Sizes differ by the rough logarithms and powers of the kernels, decisions do not.
        assert_same(block, expected, rtol=0.08)
