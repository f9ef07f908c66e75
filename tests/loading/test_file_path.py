"""A path from a file is what the file says, or the line that is wrong is named."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.loading.file_path import read_path_file

HEADER = "t,U11,U22,U33,U12,U23,U13"
REST, END = "0,1,1,1,0,0,0", "1,1.1,1,1,0,0,0"
STRETCHES = st.lists(st.floats(0.5, 2.0), min_size=6, max_size=6)


@pytest.fixture
def write(tmp_path):
    """Return a function that writes lines to a file."""

    def write_lines(*lines, encoding="utf-8"):
        file = tmp_path / "path.csv"
        file.write_text("\n".join(lines), encoding=encoding)
        return file

    return write_lines


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(knots=st.lists(STRETCHES, min_size=1, max_size=5))
def test_every_bit_of_the_numbers_is_read(write, knots):
    times = np.linspace(0.0, 1.0, len(knots) + 1)[1:]
    lines = [",".join(map(repr, [float(t), *knot])) for t, knot in zip(times, knots, strict=True)]
    read_times, stretch = read_path_file(write(HEADER, REST, *lines))
    assert read_times[1:].tolist() == times.tolist()
    assert stretch[1:].tolist() == knots


@pytest.mark.parametrize(
    "row", ["0.5", "0.5,1,1,1,0,0", "0.5,1,1,1,0,0,0,0", "0.5,1,1,x,0,0,0", "0.5,1,1,nan,0,0,0", "0.5,1,inf,1,0,0,0"]
)
def test_a_row_of_other_than_seven_finite_numbers_is_refused_by_line(write, row):
    with pytest.raises(InputError, match=r"path\.csv, line 4: expected 7 finite numbers"):
        read_path_file(write(HEADER, "", REST, row, END))


def test_byte_order_mark_and_blank_lines_are_no_fault(write):
    times, stretch = read_path_file(write(HEADER, "", REST, " , ", END, "", encoding="utf-8-sig"))
    assert times.tolist() == [0.0, 1.0]
    assert stretch[1].tolist() == [1.1, 1.0, 1.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("data", [b"\xff\xfet\x00", HEADER.encode() + b"\n0,1,1,1,0,0,\xe9\n"])
def test_other_bytes_than_utf_8_are_refused(tmp_path, data):
    (tmp_path / "path.csv").write_bytes(data)
    with pytest.raises(InputError, match=r"path\.csv is no CSV text"):
        read_path_file(tmp_path / "path.csv")


@pytest.mark.parametrize("times", [(0.1, 0.5, 1.0), (0.0, 0.5, 0.9), (0.0, 0.0, 1.0), (0.0, 2.0, 1.0)])
def test_a_time_that_does_not_rise_from_0_to_1_is_refused(write, times):
    with pytest.raises(InputError, match="t must rise from 0 to 1"):
        read_path_file(write(HEADER, *(f"{t},1,1,1,0,0,0" for t in times)))


@pytest.mark.parametrize("start", ["0,1.01,1,1,0,0,0", "0,1,1,1,0,0,0.1", "0,0,0,0,0,0,0"])
def test_a_path_that_does_not_start_at_rest_is_refused(write, start):
    with pytest.raises(InputError, match="the first line must be U = I"):
        read_path_file(write(HEADER, start, END))


def test_another_header_or_a_single_knot_is_refused(write):
    with pytest.raises(InputError, match="the first line must be t,U11"):
        read_path_file(write(REST, END))
    with pytest.raises(InputError, match="at least two knots"):
        read_path_file(write(HEADER, REST))
