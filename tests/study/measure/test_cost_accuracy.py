"""Cost against accuracy: every model is measured by one function and has a row."""

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.study.measure.cost_accuracy import BASELINES, BATCH, model_rows, write_cost_accuracy
from hammerscale.study.measure.held_out_paths import REPEATS, measure_answer, read_test_paths
from hammerscale.study.tables.table import read_table
from hammerscale.surrogate.baselines.pressure import FittedPressure


@pytest.fixture
def held_out(gathered):
    return read_test_paths(gathered, "taylor", 4)


def test_only_families_that_train_are_tested_and_the_paths_are_those_of_the_data(held_out, gathered):
    assert len(read_test_paths(gathered, "taylor", 100).paths) == 6
    times = held_out.histories.times
    for path, stretch in zip(held_out.paths, held_out.histories.stretch, strict=True):
        np.testing.assert_array_equal(path.stretch(times), stretch)


def test_errors_are_means_over_the_test_paths_in_per_cent(held_out):
    stress = held_out.histories.stress
    row = measure_answer(lambda rows: 1.25 * stress[rows], held_out)
    assert row["total_percent"] == pytest.approx(25.0)
    assert row["deviatoric_percent"] == pytest.approx(25.0)
    assert row["paths"] == 4


def test_the_cost_is_that_of_a_batch_after_a_first_call_on_one_path(held_out):
    asked = []
    measure_answer(lambda rows: asked.append(rows.size) or held_out.histories.stress[rows], held_out, 10)
    assert asked == [1, 4, *[10] * REPEATS]


def test_every_baseline_and_every_model_has_a_row(held_out):
    rows = list(model_rows({"mine": FittedPressure(48e9)}, held_out))
    assert [row["model"] for row in rows] == [*BASELINES, "mine"]
    alone = rows[0]
    assert alone["deviatoric_percent"] == pytest.approx(100.0)
    assert rows[-1]["total_percent"] == pytest.approx(alone["total_percent"], rel=1e-3)


def test_the_table_is_written_with_the_exported_model(gathered, tmp_path):
    FittedPressure(48e9).export(tmp_path / "mine", collect("0" * 64, {}))
    write_cost_accuracy(gathered, "taylor", [tmp_path / "mine"], [tmp_path / "cost.csv"], draws=1, count=2)
    rows = read_table(tmp_path / "cost.csv")
    assert {"4 grains", "8 grains", "12 grains", "mine", *BASELINES} == {row["model"] for row in rows}
    assert {row["batch"] for row in rows if row["model"] == "mine"} == {str(BATCH)}


def test_a_file_that_is_no_table_is_refused_before_anything_is_measured(gathered, tmp_path):
    with pytest.raises(InputError, match=r"cost\.pdf"):
        write_cost_accuracy(gathered, "taylor", [tmp_path / "missing"], [tmp_path / "cost.pdf"], draws=1, count=1)
