"""The table of errors: what stands in it, over paths and by family."""

import json

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.surrogate.evaluate import error_table
from tests.surrogate.histories import plane_histories, relaxing_histories


def scaled_errors(count):
    """Return histories and a prediction whose path i is wrong by i per cent everywhere."""
    data = relaxing_histories(count)
    factors = 1.0 + 0.01 * np.arange(count)
    return data, data.stress * factors[:, None, None]


def test_statistics_over_paths_are_those_of_the_path_errors():
    data, predicted = scaled_errors(21)
    table = error_table(predicted, data, ["walk"] * 21)
    assert table["paths"] == 21
    assert table["total"] == pytest.approx(0.10)
    assert table["deviatoric"] == pytest.approx(0.10)
    assert table["median"]["total"] == pytest.approx(0.10)
    assert table["p95"]["deviatoric"] == pytest.approx(0.19)
    assert table["max"]["paper_metric"] == pytest.approx(0.20)


def test_families_are_told_apart():
    data, predicted = scaled_errors(4)
    families = error_table(predicted, data, ["b", "a", "b", "a"])["families"]
    assert families["a"]["total"] == pytest.approx(0.02)
    assert families["b"]["paths"] == 2
    assert families["b"]["deviatoric"] == pytest.approx(0.01)


def test_components_are_named_and_normalised_by_the_deviator():
    data, _ = scaled_errors(3)
    predicted = data.stress.copy()
    predicted[..., 4] = 0.0
    parts = error_table(predicted, data, ["walk"] * 3)["per_component"]
    assert list(parts) == ["11", "22", "33", "12", "23", "13"]
    assert parts["23"] > 0.1
    assert parts["11"] == 0.0


def test_data_in_the_plane_have_a_total_only():
    data = plane_histories(3)
    table = error_table(1.1 * data.stress, data, ["walk"] * 3)
    assert table["total"] == pytest.approx(0.1)
    assert set(table) == {"paths", "total", "median", "p95", "max", "families"}


def test_the_table_is_json():
    data, predicted = scaled_errors(3)
    assert json.loads(json.dumps(error_table(predicted, data, ["walk"] * 3), allow_nan=False))["paths"] == 3


def test_a_prediction_of_another_shape_is_refused():
    data = relaxing_histories(3)
    with pytest.raises(InputError, match="shape"):
        error_table(data.stress[:, :-1], data, ["walk"] * 3)
