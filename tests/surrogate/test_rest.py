"""Paths that start at rest, and those that do not, in every measure of strain."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.surrogate.rest import departure, require_rest
from hammerscale.surrogate.socket import Histories
from tests.surrogate.histories import plane_histories, relaxing_histories

NINE = ("11", "12", "13", "21", "22", "23", "31", "32", "33")


def histories(kind, names, rest):
    """Return paths from a rest, straight in all components."""
    times = np.linspace(0.0, 1.0, 5)
    strain = np.array(rest) + 0.1 * times[:, None] * np.ones((3, 1, len(names)))
    return Histories(times, strain, 1e9 * (strain - rest), names, names, kind)


AT_REST = [
    relaxing_histories(),
    plane_histories(),
    histories("deformation_gradient", NINE, [1.0, 0, 0, 0, 1, 0, 0, 0, 1]),
    histories("small_strain", ("11", "22", "12"), [0.0, 0, 0]),
    histories("other", ("a", "b"), [3.0, -1.0]),
]


@pytest.mark.parametrize("data", AT_REST, ids=lambda data: f"{data.strain_kind} {len(data.stretch_components)}")
def test_paths_from_rest_pass_in_every_measure(data):
    assert departure(data) is None


@pytest.mark.parametrize("data", AT_REST, ids=lambda data: f"{data.strain_kind} {len(data.stretch_components)}")
@pytest.mark.parametrize("what", ["stretch", "stress"])
def test_one_path_that_starts_strained_or_loaded_is_refused(data, what):
    values = getattr(data, what).copy()
    values[1] = np.roll(values[1], 1, axis=0)
    with pytest.raises(InputError, match="path number 1, its first"):
        require_rest(replace(data, **{what: values}))


def test_paths_that_all_start_from_one_stretch_are_refused():
    data = relaxing_histories()
    with pytest.raises(InputError, match="first strain"):
        require_rest(replace(data, stretch=data.stretch + 0.02))


def test_the_noise_of_a_measurement_is_no_departure():
    data = relaxing_histories()
    noise = 1e-3 * np.random.default_rng(0).standard_normal(data.stress.shape) * np.abs(data.stress).max()
    assert departure(replace(data, stress=data.stress + noise)) is None
