"""A full disk is one error that names path, needed and free bytes, and leaves nothing behind."""

import errno
import os
import re
import resource
import shutil
import subprocess
import sys

import numpy as np
import pytest

from hammerscale.errors import StoreError
from hammerscale.store.atomic import write_bytes
from hammerscale.store.disk import free_bytes
from hammerscale.store.folder import write_folder
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.slabs import write_slabs
from hammerscale.store.variable import Layout, Variable
from tests.store.test_atomic import write_and_raise

NO_ROOM = r"no room to write .*{name}: \d+ bytes needed, \d+ bytes free"
# A file system of one mebibyte in a namespace of its own, which needs no root where the kernel allows it.
SMALL_DISK = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
MOUNT = "mount -t tmpfs -o size=1m none disk && "
WRITE_TOO_MUCH = """
import sys
from pathlib import Path
import numpy as np
from hammerscale.errors import StoreError
from hammerscale.provenance import Provenance
from hammerscale.store import atomic
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.variable import Variable

block = Provenance("", "", "", "", "", "", {}, {}, "")
write_netcdf(Path("disk/a.nc"), {"x": Variable(("x",), np.zeros(10), "1", "x")}, {}, block)
old = Path("disk/a.nc").read_bytes()
# The check beforehand would refuse; another process may fill the disk after it.
atomic.require_room = lambda path, needed: None
try:
    write_netcdf(Path("disk/a.nc"), {"x": Variable(("x",), np.random.rand(250_000), "1", "x")}, {}, block)
except StoreError as error:
    print(error)
print([path.name for path in Path("disk").iterdir()], Path("disk/a.nc").read_bytes() == old)
"""


def large():
    return {"stress": Variable(("path", "time"), np.random.default_rng(0).random((500, 1000)), "Pa", "stress")}


def write_rows(path, block):
    layout = Layout(("path", "time"), "f8", "Pa", "stress")
    fixed = {"time": Variable(("time",), np.arange(10_000.0), "s", "time")}
    with write_slabs(path, "path", 1000, {"stress": layout}, fixed, {}, block) as slabs:
        for _ in range(1000):
            slabs.append({"stress": np.random.default_rng(0).random((1, 10_000))})


@pytest.fixture
def full_when_written(monkeypatch):
    """Let every fsync of a file meet a disk that is full."""

    def fsync(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fsync)


@pytest.fixture
def small_files():
    """Let this process write files of at most 300 kB, as a quota would; the limit is given back afterwards."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_free_bytes_are_those_of_the_file_system(tmp_path):
    assert free_bytes(tmp_path) == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.05)


def test_a_folder_that_is_not_there_yet_has_the_room_of_its_nearest_parent(tmp_path):
    assert free_bytes(tmp_path / "a" / "b") == pytest.approx(free_bytes(tmp_path), rel=0.05)


def test_a_disk_too_full_for_a_folder_is_reported_with_path_and_free_bytes(tmp_path, monkeypatch):
    def mkdir(self, *arguments, **settings):
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr("pathlib.Path.mkdir", mkdir)
    with pytest.raises(StoreError, match=NO_ROOM.format(name=r"a/b/c\.txt")):
        write_bytes(tmp_path / "a" / "b" / "c.txt", b"text")


def test_a_large_write_is_refused_before_it_starts(tmp_path, block, monkeypatch):
    monkeypatch.setattr("hammerscale.store.disk.free_bytes", lambda _: 1000)
    monkeypatch.setattr("netCDF4.Dataset", None)
    with pytest.raises(StoreError, match=r"no room to write .*a\.nc: 4065536 bytes needed, 1000 bytes free"):
        write_netcdf(tmp_path / "a.nc", large(), {}, block)
    with pytest.raises(StoreError, match=r"no room to write .*a: 1001 bytes needed, 1000 bytes free"):
        write_bytes(tmp_path / "a", bytes(1001))
    with (
        pytest.raises(StoreError, match=r"no room to write .*model: 2000 bytes needed, 1000 bytes free"),
        write_folder(tmp_path / "model", block, needed=2000),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("full_when_written")
def test_a_disk_that_is_full_at_the_end_of_a_write_is_reported(tmp_path, block):
    with pytest.raises(StoreError, match=NO_ROOM.format(name="a")):
        write_bytes(tmp_path / "a", b"1")
    with pytest.raises(StoreError, match=NO_ROOM.format(name="a.nc")):
        write_netcdf(tmp_path / "a.nc", large(), {}, block)
    with (
        pytest.raises(StoreError, match=NO_ROOM.format(name="model")),
        write_folder(tmp_path / "model", block) as temporary,
    ):
        (temporary / "weights").write_bytes(b"1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_disk_that_fills_while_another_library_writes_is_reported(tmp_path, code):
    with pytest.raises(StoreError, match=NO_ROOM.format(name="figure.png")):
        write_and_raise(tmp_path / "figure.png", OSError(code, os.strerror(code)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("full_when_written")
def test_the_old_file_survives_a_full_disk(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(StoreError, match="no room"):
        write_bytes(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"


@pytest.mark.usefixtures("small_files")
def test_bytes_over_the_limit_are_reported(tmp_path):
    with pytest.raises(StoreError, match=NO_ROOM.format(name="a")):
        write_bytes(tmp_path / "a", bytes(400_000))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small_files")
def test_a_limit_that_the_netcdf_library_meets_only_at_close_is_reported(tmp_path, block):
    # One slab fits into the cache of the library, so all writes succeed and close fails with "HDF error".
    with pytest.raises(StoreError, match=NO_ROOM.format(name="a.nc")) as error:
        write_netcdf(tmp_path / "a.nc", large(), {}, block)
    assert "HDF error" in str(error.value.__cause__)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small_files")
def test_a_limit_that_slabs_meet_on_the_way_is_reported(tmp_path, block):
    with pytest.raises(StoreError, match=NO_ROOM.format(name="a.nc")):
        write_rows(tmp_path / "a.nc", block)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_one_clear_error(tmp_path, block):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot write .*a\.nc: File exists"):
        write_netcdf(tmp_path / "file" / "a.nc", large(), {}, block)


def test_an_error_of_the_library_that_is_not_the_disk_says_what_it_is(tmp_path, block):
    names = {"a/b": Variable(("x",), np.ones(1), "1", "a"), "": Variable(("x",), np.ones(1), "1", "a")}
    with pytest.raises(StoreError, match=r"cannot write .*a\.nc: NetCDF"):
        write_netcdf(tmp_path / "a.nc", names, {}, block)
    assert list(tmp_path.iterdir()) == []


def can_mount(folder):
    if shutil.which("unshare") is None:
        return False
    (folder / "disk").mkdir()
    return subprocess.run([*SMALL_DISK, MOUNT + "true"], cwd=folder, capture_output=True, timeout=20).returncode == 0


def test_a_disk_that_is_really_full_is_reported_and_the_old_file_survives(tmp_path):
    if not can_mount(tmp_path):
        pytest.skip("this kernel allows no user namespaces")
    (tmp_path / "write.py").write_text(WRITE_TOO_MUCH)
    done = subprocess.run(
        [*SMALL_DISK, MOUNT + f"{sys.executable} write.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    message, *_, state = done.stdout.splitlines()
    assert re.search(NO_ROOM.format(name="a.nc"), message)
    assert state == "['a.nc'] True"
    # The library may not fail once more, with a message of its own, when the process ends.
    assert (done.returncode, done.stderr) == (0, "")
