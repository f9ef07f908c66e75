"""A table is read as it stands, and every fault is named with its line."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.production.imports.csv_file import read_csv
from hammerscale.production.imports.recorded import Source
from tests.production.imports.foreign import HEADER, MEANING, long_rows

ROWS = [[label, t, 0.1 * t, 0, 0, t, 0, 0] for label in ("a", "b") for t in (0, 1, 2)]


def changed(row, column, value):
    rows = [list(cells) for cells in ROWS]
    rows[row][column] = value
    return rows


def test_lines_of_different_paths_may_be_mixed(foreign, write_csv, load):
    rows = sorted(long_rows(foreign), key=lambda row: float(row[1]))
    np.testing.assert_array_equal(load(write_csv(HEADER, rows))["strain"], foreign.strain)


@pytest.mark.parametrize(
    "header",
    [
        ["path", "t", "e11", "e22", "e12", "s11", "s22", "s12"],
        ["path_id", "time", "strain_11", "strain_22", "strain_12", "stress_11", "stress_22", "stress_12"],
        ["path", "t", "E_xx", "E_yy", "E_xy", "sig_xx", "sig_yy", "sig_xy"],
        ["path", "t", "eps11", "eps22", "eps21", "S11", "S22", "S21"],
        ["path", "t", "strain_xx", "strain22", "strain_xy", "stress11", "stress_22", "stressxy"],
    ],
)
def test_usual_names_of_columns_are_recognised(foreign, write_csv, load, header):
    result = load(write_csv(header, long_rows(foreign)))
    np.testing.assert_array_equal(result["strain"], foreign.strain)
    assert result["component"].tolist() == ["11", "22", "12"]


def test_other_columns_are_ignored_and_any_can_be_named(foreign, write_csv, load):
    header = ["specimen", "clock", "A", "B", "C", "X", "Y", "Z", "temperature"]
    file = write_csv(header, [[*row, 300] for row in long_rows(foreign)])
    source = Source(file, strain=("A", "B", "C"), stress=("X", "Y", "Z"), path="specimen", time="clock")
    result = load(source)
    np.testing.assert_array_equal(result["stress"], 1e6 * foreign.stress)
    assert result["strain_component"].tolist() == ["A", "B", "C"]


def test_words_after_strain_and_stress_make_no_component(foreign, write_csv, load):
    header = [*HEADER, "strain_rate", "stress_mises", "strain_energy"]
    result = load(write_csv(header, [[*row, 1, 2, 3] for row in long_rows(foreign)]))
    np.testing.assert_array_equal(result["strain"], foreign.strain)
    assert result["component"].tolist() == ["11", "22", "12"]


def test_numbered_columns_are_components(foreign, write_csv, load):
    header = ["path", "t", "strain_1", "strain_2", "strain_3", "stress_1", "stress_2", "stress_3"]
    result = load(write_csv(header, long_rows(foreign)))
    np.testing.assert_array_equal(result["stress"], 1e6 * foreign.stress)
    assert result["component"].tolist() == ["1", "2", "3"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_recognised(foreign, write_csv, load, delimiter):
    file = write_csv(HEADER, long_rows(foreign))
    file.write_text(file.read_text().replace(",", delimiter), encoding="utf-8-sig")
    np.testing.assert_array_equal(load(file)["strain"], foreign.strain)


def test_labels_families_and_splits_come_along(foreign, write_csv, load):
    labels = ["α-1", "b", "c", "d", "e"]
    splits = ["train", "train", "test", "validation", "train"]
    rows = [[*row, "shear", splits[labels.index(row[0])]] for row in long_rows(foreign, labels)]
    result = load(write_csv([*HEADER, "family", "split"], rows), replace(MEANING, fractions=()))
    assert result["source_path"].tolist() == labels
    assert set(result["family"]) == {"shear"}
    assert result["split"].tolist() == splits


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        (HEADER, changed(1, 6, "x"), r"line 3: 's22' is 'x', not a number"),
        (HEADER, changed(4, 3, ""), r"line 6: 'e22' is '', not a number"),
        (HEADER, changed(4, 5, "nan"), r"line 6, path 'b', step 1: stress component '11' is nan"),
        (HEADER, changed(2, 2, "inf"), r"line 4, path 'a', step 2: strain component '11' is inf"),
        (HEADER, changed(2, 1, 1), r"line 4, path 'a', step 2: time 1 does not come after 1"),
        (HEADER, changed(3, 0, "a"), r"line 5, path 'a', step 3: time 0 does not come after 2"),
        (HEADER, ROWS[:-1], r"line 5: path 'b' has 2 steps, path 'a' has 3\n.*\n.*--resample"),
        (HEADER, changed(4, 1, 1.5), r"path 'b' has its step 1 at time 1.5, path 'a' at 1"),
        (HEADER, [*ROWS, ["c", 0, 0, 0, 0, 0, 0, 0]], r"path 'c' has 1 step"),
        (HEADER, [*ROWS, ["c", 0, 0]], r"line 8: 3 cells, but the first line names 8"),
        (HEADER, [], "holds no steps"),
        (["id", *HEADER[1:]], ROWS, r"no column 'path or path_id'\n.*\nname it with --path"),
        (["path", "step", *HEADER[2:]], ROWS, r"no column 't or time'"),
        (["path", "t", "e11", "e11", "e12", *HEADER[5:]], ROWS, "'e11' stands there twice"),
        (["path", "t", "a", "b", "c", *HEADER[5:]], ROWS, "no column looks like strain"),
        ([*HEADER[:5], "a", "b", "c"], ROWS, "no column looks like stress"),
        (["path", "t", "strain_rate", "b", "c", *HEADER[5:]], ROWS, "no column looks like strain"),
        ([*HEADER[:5], "stress_mises", "b", "c"], ROWS, "no column looks like stress"),
        (HEADER, changed(1, 6, "1_0"), r"line 3: 's22' is '1_0', not a number"),
        (HEADER, changed(1, 1, "1_0"), r"line 3: 't' is '1_0', not a number"),
    ],
)
def test_a_fault_is_named_with_its_file_and_place(write_csv, load, header, rows, message):
    with pytest.raises(InputError, match=message) as caught:
        load(write_csv(header, rows))
    assert "theirs.csv" in str(caught.value)


def test_one_path_has_one_split(write_csv, load):
    rows = [[*row, "train"] for row in ROWS]
    rows[5][-1] = "test"
    with pytest.raises(InputError, match="line 7: one path has 2 values of 'split'"):
        load(write_csv([*HEADER, "split"], rows), replace(MEANING, fractions=()))


@pytest.mark.parametrize("cell", ['"a', '"a"b', '"' + "a" * 200_000])
def test_a_quotation_mark_without_its_partner_is_named_with_its_line(write_csv, load, cell):
    file = write_csv(HEADER, ROWS)
    lines = file.read_text().splitlines()
    lines[2] = cell + lines[2][1:]
    file.write_text("\n".join(lines))
    with pytest.raises(InputError, match=r"theirs\.csv, line \d: .*\n.*quotation mark"):
        load(file)


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*nowhere"):
        read_csv(Source(tmp_path / "nowhere.csv"))
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not text"):
        read_csv(Source(tmp_path / "bytes.csv"))
