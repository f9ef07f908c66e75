import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.study.tables.table import as_html, as_markdown, read_numbers, read_table, write_table

CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@given(rows=st.lists(st.fixed_dictionaries({"a": CELLS, "b": CELLS}), min_size=1))
def test_text_survives_the_way_to_a_file_and_back(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("table") / "table.csv"
    write_table(file, ["a", "b"], rows)
    assert read_table(file) == rows


def test_cells_that_a_row_lacks_are_empty(tmp_path):
    write_table(tmp_path / "table.csv", ["a", "b"], [{"b": 0.123456}, {"a": 7}])
    assert (tmp_path / "table.csv").read_text() == "a,b\n,0.1235\n7,\n"


def test_markdown_has_numbers_to_the_right_and_no_stray_bars():
    assert as_markdown(["name", "x"], [{"name": "a|b", "x": 1.5}]) == "| name | x |\n| --- | --: |\n| a\\|b | 1.5 |\n"


def test_html_has_numbers_to_the_right_and_text_as_text_of_any_length():
    page = as_html(["name", "x"], [{"name": "a<b", "x": 1.5}, {"name": "long " * 30, "x": 2}])
    assert "tr>:nth-child(2){text-align:right}" in page
    assert "<td>a&lt;b</td>" in page
    assert "<td>1.5</td>" in page
    assert ("long " * 30).strip() in page


def test_a_file_that_is_no_table_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.csv, \.md or \.html"):
        write_table(tmp_path / "table.tex", ["a"], [])


def test_numbers_are_read_as_such_and_cells_that_are_missing_as_none(tmp_path):
    write_table(tmp_path / "table.csv", ["name", "x"], [{"name": "a", "x": 1.5}, {"name": "2"}])
    frame = read_numbers(tmp_path / "table.csv", ["x"])
    assert frame["x"].tolist() == [1.5, pytest.approx(float("nan"), nan_ok=True)]
    assert frame["name"].tolist() == ["a", "2"]


def test_a_table_without_a_column_that_a_figure_needs_is_refused(tmp_path):
    write_table(tmp_path / "table.csv", ["a"], [{"a": 1}])
    with pytest.raises(InputError, match="has no column b"):
        read_numbers(tmp_path / "table.csv", ["a", "b"])


def test_lines_about_the_source_are_no_rows(tmp_path):
    (tmp_path / "table.csv").write_text("# source: a paper, table 1\ncase,error_percent\n1,#5\n")
    assert read_table(tmp_path / "table.csv") == [{"case": "1", "error_percent": "#5"}]
