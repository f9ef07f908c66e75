"""Random streams: a simulation's numbers depend on nothing but seed, id and purpose."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.streams import stream

SEEDS = st.integers(0, 2**64 - 1)
IDENTIFIERS = st.integers(0, 2**63 - 1)
PURPOSES = st.text(max_size=20)
KEYS = st.tuples(SEEDS, IDENTIFIERS, PURPOSES)


@pytest.mark.parametrize(
    ("key", "raw", "uniform"),
    [
        (
            (0, 0, "knots"),
            [13598680738499612813, 7443970072335064618, 6186075394812077189],
            [0.9800181651699398, 0.9964757550043963],
        ),
        (
            (1, 2, "texture"),
            [4701292081366984178, 2241797791125785724, 12123245830238919442],
            [0.47507368395796423, 0.2964694047348203],
        ),
        (
            (2**64 - 1, 2**63 - 1, "knots"),
            [12337755233598341117, 1589427917370355623, 4194508897274557300],
            [0.7146576233634013, 0.10524695165683784],
        ),
    ],
)
def test_bits_never_change(key, raw, uniform):
    generator = stream(*key)
    assert generator.bit_generator.random_raw(3).tolist() == raw
    assert generator.random(2).tolist() == uniform


@given(keys=st.lists(KEYS, min_size=2, max_size=5, unique=True), data=st.data())
def test_order_of_simulations_does_not_matter(keys, data):
    draws = {key: stream(*key).random(4).tolist() for key in keys}
    for key in data.draw(st.permutations(keys)):
        assert stream(*key).random(4).tolist() == draws[key]


@given(keys=st.lists(KEYS, min_size=2, max_size=2, unique=True))
def test_different_keys_give_different_numbers(keys):
    first, second = (stream(*key).bit_generator.random_raw(4).tolist() for key in keys)
    assert not set(first) & set(second)


@given(low=st.integers(0, 2**32 - 1), high=st.integers(1, 2**31 - 1))
def test_large_numbers_do_not_run_into_their_neighbours(low, high):
    large = stream(low + (high << 32), 0, "knots").bit_generator.random_raw()
    assert large != stream(low, high, "knots").bit_generator.random_raw()
    large = stream(0, low + (high << 32), "knots").bit_generator.random_raw()
    assert large != stream(0, low, "knots").bit_generator.random_raw()


def test_another_process_draws_the_same_numbers():
    code = "from hammerscale.streams import stream; print(stream(3, 4, 'knots').bit_generator.random_raw())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) == stream(3, 4, "knots").bit_generator.random_raw()


def test_neighbouring_simulations_are_uncorrelated():
    draws = np.array([stream(1, simulation, "knots").random(1000) for simulation in range(400)]) - 0.5
    neighbours = (draws[1:] * draws[:-1]).mean() * 12.0
    # 399,000 products of variance 1: five standard deviations.
    assert abs(neighbours) < 5.0 / np.sqrt(399_000)


def test_first_numbers_over_simulations_are_uniform():
    first = np.array([stream(1, simulation, "knots").random() for simulation in range(4000)])
    counts, _ = np.histogram(first, bins=20, range=(0.0, 1.0))
    # Chi-square with 19 degrees of freedom exceeds 50 with probability 1e-4.
    assert ((counts - 200.0) ** 2 / 200.0).sum() < 50.0


@pytest.mark.parametrize("key", [(-1, 0, "knots"), (2**64, 0, "knots"), (0, -1, "knots"), (0, 2**63, "knots")])
def test_keys_out_of_range_are_refused(key):
    with pytest.raises(ValueError, match="must lie in"):
        stream(*key)
