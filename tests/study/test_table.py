import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.study.table import as_html, as_markdown, read_csv, write_table

CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@given(rows=st.lists(st.fixed_dictionaries({"a": CELLS, "b": CELLS}), min_size=1))
def test_text_survives_the_way_to_a_file_and_back(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("table") / "table.csv"
    write_table(file, ["a", "b"], rows)
    assert read_csv(file) == rows


def test_cells_that_a_row_lacks_are_empty(tmp_path):
    write_table(tmp_path / "table.csv", ["a", "b"], [{"b": 0.123456}, {"a": 7}])
    assert (tmp_path / "table.csv").read_text() == "a,b\n,0.1235\n7,\n"


def test_markdown_has_numbers_to_the_right_and_no_stray_bars():
    assert as_markdown(["name", "x"], [{"name": "a|b", "x": 1.5}]) == "| name | x |\n| --- | --: |\n| a\\|b | 1.5 |\n"


def test_html_has_numbers_to_the_right_and_text_as_text():
    page = as_html(["name", "x"], [{"name": "a<b", "x": 1.5}])
    assert '<tr><th>name</th><th class="number">x</th></tr>' in page
    assert '<tr><td>a&lt;b</td><td class="number">1.5</td></tr>' in page


def test_a_file_that_is_no_table_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.csv, \.md or \.html"):
        write_table(tmp_path / "table.tex", ["a"], [])
