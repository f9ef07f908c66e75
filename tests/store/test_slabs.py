"""Files written in slabs are those written at once, in constant memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammerscale.errors import StoreError
from hammerscale.store.netcdf import read_netcdf, verify_file, write_netcdf
from hammerscale.store.slabs import write_slabs
from hammerscale.store.variable import Layout

ROWS = 6
LARGE = """
import resource
from pathlib import Path
import numpy as np
from hammerscale.provenance import Provenance
from hammerscale.store.slabs import write_slabs
from hammerscale.store.variable import Layout, Variable

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10

def write(rows):
    block = Provenance("", "", "", "", "", "", {}, {}, "")
    fixed = {"time": Variable(("time",), np.arange(1000.0), "s", "time")}
    grown = {"stress": Layout(("path", "time"), "f8", "Pa", "stress")}
    with write_slabs(Path("large.nc"), "path", rows, grown, fixed, {}, block) as slabs:
        for start in range(0, rows, 100):
            slabs.append({"stress": np.full((100, 1000), float(start))})

write(2000)
small = peak()
write(20000)
print(peak() - small)
"""


def split(variables):
    grown = {name: variable for name, variable in variables.items() if variable.dims[0] == "path"}
    fixed = {name: variable for name, variable in variables.items() if name not in grown}
    return grown, fixed


def write_in_slabs(path, variables, block, cuts, deflate=0):
    grown, fixed = split(variables)
    layouts = {name: variable.layout for name, variable in grown.items()}
    with write_slabs(path, "path", ROWS, layouts, fixed, {"title": "example"}, block, deflate) as slabs:
        for start, stop in zip([0, *cuts], [*cuts, ROWS], strict=True):
            slabs.append({name: variable.data[start:stop] for name, variable in grown.items()})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30)
@given(cuts=st.lists(st.integers(1, ROWS - 1), unique=True).map(sorted), deflate=st.sampled_from([0, 1]))
def test_any_slabs_give_the_contents_of_writing_at_once(tmp_path, variables, block, cuts, deflate):
    write_netcdf(tmp_path / "once.nc", variables, {"title": "example"}, block, deflate)
    write_in_slabs(tmp_path / "slabs.nc", variables, block, cuts, deflate)
    verify_file(tmp_path / "slabs.nc", block.config_hash)
    once, slabs = read_netcdf(tmp_path / "once.nc"), read_netcdf(tmp_path / "slabs.nc")
    assert slabs.attributes == once.attributes
    assert set(slabs.variables) == set(once.variables)
    for name, variable in once.variables.items():
        assert slabs.variables[name].data.tobytes() == variable.data.tobytes()
        assert slabs.variables[name].attributes.keys() == variable.attributes.keys()


def test_memory_does_not_grow_with_the_file(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LARGE], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    )
    # The second file is ten times the first and 144 MB larger.
    assert int(done.stdout) < 16 << 20
    assert (tmp_path / "large.nc").stat().st_size > 160_000_000


def test_missing_rows_leave_no_file(tmp_path, variables, block):
    grown, fixed = split(variables)
    layouts = {name: variable.layout for name, variable in grown.items()}
    with (
        pytest.raises(StoreError, match="has 4 of 6 rows"),
        write_slabs(tmp_path / "x.nc", "path", ROWS, layouts, fixed, {}, block) as slabs,
    ):
        slabs.append({name: variable.data[:4] for name, variable in grown.items()})
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_no_file_open(tmp_path, variables, block):
    _, fixed = split(variables)
    layout = Layout(("path", "time"), "f8", "Pa", "stress")
    with (
        pytest.raises(StoreError) as error,
        write_slabs(tmp_path / "x.nc", "path", ROWS, {"stress": layout}, fixed, {}, block),
    ):
        pass
    # The error is still held, and with it all that its frames refer to.
    assert error.value is not None
    assert not [link for link in Path("/proc/self/fd").iterdir() if str(tmp_path) in str(link.resolve())]


def test_an_error_of_the_caller_passes_and_leaves_no_file(tmp_path, variables, block):
    _, fixed = split(variables)
    layout = Layout(("path", "time"), "f8", "Pa", "stress")
    with (
        pytest.raises(FileNotFoundError),
        write_slabs(tmp_path / "x.nc", "path", ROWS, {"stress": layout}, fixed, {}, block),
    ):
        (tmp_path / "shard.nc").read_bytes()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("slab", "message"),
    [
        ({}, "equally many rows"),
        ({"stress": np.ones((2, 5)), "strain": np.ones((3, 5))}, "equally many rows"),
        ({"stress": np.ones((2, 5))}, "equally many rows"),
        ({"stress": np.ones((7, 5)), "strain": np.ones((7, 5))}, "rows 0 to 7"),
        ({"stress": np.ones((2, 4)), "strain": np.ones((2, 5))}, "have shape"),
        ({"stress": np.ones((2, 5), dtype=complex), "strain": np.ones((2, 5))}, "takes float64"),
    ],
)
def test_slabs_that_do_not_fit_are_refused(tmp_path, variables, block, slab, message):
    _, fixed = split(variables)
    layouts = {name: Layout(("path", "time"), "f8", "Pa", name) for name in ("stress", "strain")}
    with (
        pytest.raises(ValueError, match=message),
        write_slabs(tmp_path / "x.nc", "path", ROWS, layouts, fixed, {}, block) as slabs,
    ):
        slabs.append(slab)


def test_text_that_is_too_long_is_refused_not_cut(tmp_path, block):
    layout = Layout(("path",), "S3", "", "family")
    with (
        pytest.raises(ValueError, match="up to 3 bytes"),
        write_slabs(tmp_path / "x.nc", "path", 1, {"family": layout}, {}, {}, block) as slabs,
    ):
        slabs.append({"family": np.array(["long"])})


def test_numbers_that_would_lose_digits_are_refused(tmp_path, block):
    layout = Layout(("path",), "f4", "Pa", "stress")
    with (
        pytest.raises(ValueError, match="takes float32, got float64"),
        write_slabs(tmp_path / "x.nc", "path", 1, {"stress": layout}, {}, {}, block) as slabs,
    ):
        slabs.append({"stress": np.ones(1)})


def test_the_growing_dimension_must_come_first(tmp_path, block):
    layout = Layout(("time", "path"), "f8", "Pa", "stress")
    with (
        pytest.raises(ValueError, match="first dimension"),
        write_slabs(tmp_path / "x.nc", "path", 1, {"stress": layout}, {}, {}, block),
    ):
        pass


def test_a_file_that_reads_back_otherwise_gets_no_name(tmp_path, variables, block, monkeypatch):
    monkeypatch.setattr("hammerscale.store.slabs.stored_digest", lambda _: "0" * 64)
    with pytest.raises(StoreError, match="reads back otherwise"):
        write_netcdf(tmp_path / "x.nc", variables, {}, block)
    assert list(tmp_path.iterdir()) == []


def test_one_chunk_holds_about_a_mebibyte_unless_told_otherwise():
    sizes = {"path": 10_000, "time": 201, "component": 6}
    layout = Layout(("path", "time", "component"), "f8", "Pa", "stress")
    assert layout.chunks(sizes) == (108, 201, 6)
    assert Layout(layout.dims, "f8", "Pa", "stress", chunk_rows=50).chunks(sizes) == (50, 201, 6)
