import pandas as pd
import pytest

from hammerscale.errors import InputError
from hammerscale.study.figures.learning_curves import draw_learning_curves, learning_curves
from hammerscale.study.tables.evaluations import read_evaluations
from hammerscale.study.tables.surrogate_table import table_rows, write_surrogate_table
from tests.study.tables.evaluation_files import document, errors, write

PRESSURE = {"cavity": errors(0.5, 1.0), "uniaxial": errors(0.6, 1.0)}


def table(folder, *models):
    """Return the table of (surrogate, size, seed, deviatoric error) on two families."""
    documents = (
        document(name, size, seed, families={family: errors(0.1, error) for family in PRESSURE}, pressure=PRESSURE)
        for name, size, seed, error in models
    )
    return pd.DataFrame(table_rows(read_evaluations(write(folder, *documents))))


def lines(axis):
    return {line.get_label(): line.get_xydata().tolist() for line in axis.get_lines()}


def test_a_curve_goes_through_the_means_over_seeds(tmp_path):
    figure = learning_curves(table(tmp_path, ("rno", 10, 0, 0.4), ("rno", 10, 1, 0.2), ("rno", 100, 0, 0.1)))
    total, deviatoric = figure.axes[0], figure.axes[2]
    assert lines(deviatoric)["rno"] == [[10.0, pytest.approx(30.0)], [100.0, pytest.approx(10.0)]]
    assert lines(total)["rno"] == [[10.0, pytest.approx(10.0)], [100.0, pytest.approx(10.0)]]


def test_every_family_has_a_column_with_the_level_of_the_pressure_alone(tmp_path):
    figure = learning_curves(table(tmp_path, ("rno", 10, 0, 0.4), ("gru", 10, 0, 0.3)))
    assert [axis.get_title() for axis in figure.axes[:2]] == ["cavity", "uniaxial"]
    assert [lines(axis)["pressure only"][0][1] for axis in figure.axes[:2]] == [50.0, 60.0]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["gru", "rno", "pressure only"]


def test_histories_that_are_no_tensors_have_one_row(tmp_path):
    plane = pd.DataFrame(table_rows(read_evaluations(write(tmp_path, document(families={"cavity": errors(0.1)})))))
    assert [axis.get_ylabel() for axis in learning_curves(plane).axes] == ["total error [%]"]


@pytest.fixture
def written(tmp_path):
    """Return the table of surrogates of two data sets, the second tested on the first alone."""
    own = document(families={"cavity": errors(0.1, 0.2)})
    other = document("gru", families={"cavity": errors(0.1, 0.2)}, learned_from="other")
    write_surrogate_table(write(tmp_path, own, other), [tmp_path / "surrogates.csv"])
    return tmp_path / "surrogates.csv"


def test_the_figure_is_written_in_both_forms(written, tmp_path):
    draw_learning_curves(written, "taylor", [tmp_path / "curves.svg", tmp_path / "curves.png"])
    assert "gru" not in (tmp_path / "curves.svg").read_text()
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_tests_on_other_data_sets_alone_make_no_curve(written, tmp_path):
    with pytest.raises(InputError, match="no model of data set other"):
        draw_learning_curves(written, "other", [tmp_path / "curves.svg"])
