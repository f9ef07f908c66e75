"""Comparisons with reference data: rows name models that exist, and tables that are read and pinned."""

import pytest

from hammerscale.config.comparison import read_reference
from hammerscale.errors import InputError
from hammerscale.plan.named_files import check_named_files
from tests.config.conftest import ROOT, small

TABLE = str(ROOT / "config/reference/liu_2022_errors.csv")
PATHS = [
    {"family": "random_walk", "split": "train", "count": 30, "max_strain": 0.1},
    {"family": "uniaxial", "split": "test", "count": 3, "max_strain": 0.1},
]
ROW = {"row": 13, "surrogate": "net", "tested_on": "bar", "family": "uniaxial"}


def config(file=TABLE, **changes):
    """A config whose only comparison has one row, with changes."""
    surrogates = {"net": {"kind": "pca_net", "dataset": "bar", "train_paths": [10, 30]}}
    comparisons = {"table": {"file": file, "rows": [ROW | changes]}}
    return small(paths=PATHS) | {"surrogates": surrogates, "comparisons": comparisons}


@pytest.mark.parametrize(
    ("changes", "key", "words", "guess"),
    [
        ({"surrogate": "nte"}, "surrogate", "one of the surrogates: net", "net"),
        ({"tested_on": "foo"}, "tested_on", "one of the data sets that its surrogate is tested on: bar", ""),
        ({"family": "uniaxal"}, "family", "one of the families of the test paths there: uniaxial", "uniaxial"),
        ({"train_paths": 20}, "train_paths", "one of the train_paths of its surrogate: 10, 30", ""),
    ],
)
def test_a_row_of_a_model_that_is_not_trained_or_tested_is_refused_at_its_key(refused, changes, key, words, guess):
    problems = refused(config(**changes))
    assert list(problems) == [f"comparisons.table.rows.0.{key}"]
    assert words in problems[f"comparisons.table.rows.0.{key}"].message
    if guess:
        assert problems[f"comparisons.table.rows.0.{key}"].suggestion == guess


def test_a_table_that_is_not_there_is_refused_at_its_key(refused):
    assert "cannot be read" in refused(config("nowhere.csv"))["comparisons.table.file"].message


def test_the_table_is_one_of_the_files_that_the_campaign_depends_on(read):
    assert TABLE in read(config()).contents


def test_a_comparison_is_stale_after_a_change_of_its_rows_or_of_the_contents_of_its_table_alone(read, tmp_path):
    table, copy = tmp_path / "t.csv", tmp_path / "copy.csv"
    for file in (table, copy):
        file.write_text("case,test_error\n13,1.5\n")
    one, moved, other_row = read(config(str(table))), read(config(str(copy))), read(config(str(table), train_paths=10))
    table.write_text("case,test_error\n13,1.6\n")
    other_table = read(config(str(table)))
    for hashed in (lambda c: c.comparison_hash("table"), lambda c: c.hash()):
        assert hashed(one) == hashed(moved)
        assert len({hashed(one), hashed(other_row), hashed(other_table)}) == 3
    assert one.surrogate_hash("net") == other_row.surrogate_hash("net")


def test_a_row_that_the_table_lacks_is_refused_before_anything_is_planned(read):
    check_named_files(read(config()))
    with pytest.raises(InputError, match=r"comparisons\.table\.rows\.0\.row: .* has no row 99"):
        check_named_files(read(config(row=99)))


def test_rows_are_found_by_the_number_in_the_first_column(tmp_path):
    (tmp_path / "t.csv").write_text("# source: a paper\ncase,test_error\n3,\n7,1.5\n")
    assert read_reference(tmp_path / "t.csv") == {3: {"case": "3"}, 7: {"case": "7", "test_error": "1.5"}}
    (tmp_path / "t.csv").write_text("name,test_error\nfirst,1.5\n")
    with pytest.raises(InputError, match="no table of reference data"):
        read_reference(tmp_path / "t.csv")


def test_costs_from_elsewhere_need_a_reference(refused):
    deck = str(ROOT / "config/decks/taylor_anvil_coarse.yaml")
    problem = {"deck": deck, "laws": ["j"], "compare_with": TABLE}
    data = small() | {"laws": {"j": {"kind": "elastic", "dataset": "bar"}}, "problems": {"p": problem}}
    assert "needs a reference" in refused(data)["problems.p.compare_with"].message
