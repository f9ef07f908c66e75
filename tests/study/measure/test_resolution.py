"""Error against resolution: samples are those of the exact path, more modes lose less."""

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.study.measure.held_out_paths import read_test_paths
from hammerscale.study.measure.resolution import (
    STEPS,
    exact_histories,
    model_errors,
    reduction_errors,
    sampled,
    write_resolution,
)
from hammerscale.study.tables.table import read_table
from hammerscale.surrogate.baselines.pressure import FittedPressure


@pytest.fixture(scope="module")
def both(gathered):
    test = read_test_paths(gathered, "taylor", 3)
    return test, exact_histories(gathered, "taylor", test)


def test_every_resolution_is_made_of_samples_of_the_finest(both):
    for steps in STEPS:
        data = sampled(both[1], steps)
        np.testing.assert_allclose(data.times, np.linspace(0.0, 1.0, steps + 1), atol=1e-15)
        assert data.stress.shape == (3, steps + 1, 6)


def test_the_exact_histories_at_the_times_of_the_data_are_the_data(both):
    test, finest = both
    data = sampled(finest, 100)
    np.testing.assert_allclose(data.stretch, test.histories.stretch, atol=1e-14)
    np.testing.assert_allclose(data.stress, test.histories.stress, atol=1e-6 * np.abs(data.stress).max())


def test_a_formula_without_memory_has_the_same_error_at_every_resolution(both):
    errors = [row["total_percent"] for row in model_errors({"pressure": FittedPressure(48e9)}, both[1])]
    assert len(errors) == len(STEPS)
    np.testing.assert_allclose(errors, errors[-1], rtol=0.02)


def test_more_modes_lose_less_and_more_than_there_are_paths_are_left_out(both):
    rows = [row for row in reduction_errors(*both) if row["steps"] == 100]
    assert [row["modes"] for row in rows] == [8, 16]
    for column in ("total_percent", "deviatoric_percent", "strain_percent"):
        assert 0.0 < rows[1][column] < rows[0][column]


def test_the_table_is_written(gathered, tmp_path):
    write_resolution(gathered, "taylor", [], [tmp_path / "r.csv", tmp_path / "r.md"], count=1)
    assert len(read_table(tmp_path / "r.csv")) == 2 * len(STEPS)
    assert len((tmp_path / "r.md").read_text().splitlines()) == 2 + 2 * len(STEPS)


def test_test_paths_of_other_families_are_taken_where_none_is_of_those_that_train(apart, tmp_path):
    model = tmp_path / "models" / "pressure"
    FittedPressure(48e9).export(model, collect("0" * 64, {}))
    write_resolution(apart, "taylor", [model], [tmp_path / "table.csv"], 20)
    assert {row["paths"] for row in read_table(tmp_path / "table.csv")} == {"2"}


def test_nothing_to_show_is_an_error_with_a_remedy(apart, tmp_path):
    with pytest.raises(InputError, match="3 training paths are too few for 8 modes"):
        write_resolution(apart, "taylor", [], [tmp_path / "table.csv"], 20)
