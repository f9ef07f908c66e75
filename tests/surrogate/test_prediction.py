"""A model meets data by the names of their components, measures and durations."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.surrogate.baselines.nearest import Nearest
from hammerscale.surrogate.prediction import data_for
from hammerscale.surrogate.socket import Split
from tests.surrogate.histories import relaxing_histories

SPLIT = Split(np.arange(10), np.arange(0))
ORDER = [2, 0, 5, 1, 4, 3]


@pytest.fixture(scope="module")
def data():
    return replace(relaxing_histories(12), durations_s=np.full(12, 1e-6))


@pytest.fixture(scope="module")
def model(data):
    return Nearest(duration_s=1e-6).fit(data, SPLIT, seed=0)


def shuffled(data, order):
    names = tuple(data.stretch_components[i] for i in order)
    changed = {"stretch_components": names, "stress_components": names}
    return replace(data, stretch=data.stretch[..., order], stress=data.stress[..., order], **changed)


def test_components_in_another_order_are_put_into_that_of_the_model(model, data):
    again = data_for(model, shuffled(data, ORDER))
    np.testing.assert_array_equal(again.stretch, data.stretch)
    np.testing.assert_array_equal(again.stress, data.stress)
    assert again.signature == model.signature


@pytest.mark.parametrize(
    "change",
    [
        {"strain_kind": "small_strain"},
        {"stress_kind": "second_piola_kirchhoff"},
        {"stretch_components": ("a", "b", "c", "d", "e", "f")},
        {"stress_components": ("11", "22", "33", "12", "23", "31")},
    ],
)
def test_other_measures_and_names_are_refused(change, model, data):
    with pytest.raises(InputError, match="the model maps stretch"):
        data_for(model, replace(data, **change))


def test_fewer_components_are_refused(model, data):
    names = ("11", "22", "12")
    plane = replace(data, stretch=data.stretch[..., [0, 1, 3]], stretch_components=names)
    with pytest.raises(InputError, match="the data hold"):
        data_for(model, plane)


@pytest.mark.parametrize("last", [2e-6, 1.01e-6])
def test_a_path_of_another_duration_is_refused(last, model, data):
    with pytest.raises(InputError, match="last 1e-06 s"):
        data_for(model, replace(data, durations_s=np.array([*[1e-6] * 11, last])))


@pytest.mark.parametrize(("learned", "tested"), [(None, 1e-6), (1e-6, None)])
def test_a_duration_that_only_one_side_names_is_mentioned(learned, tested, model, data, caplog):
    durations = None if tested is None else np.full(12, tested)
    data_for(replace(model, duration_s=learned), replace(data, durations_s=durations))
    assert "rates are taken to be equal" in caplog.text
