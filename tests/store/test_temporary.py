"""What dead writers left is swept; what living ones still need is not."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from hammerscale.store import temporary
from hammerscale.store.temporary import sweep, temporary_beside


@pytest.fixture
def dead(monkeypatch):
    """Let names be made as a process that has ended would have made them."""
    child = subprocess.Popen(["true"])
    child.wait()
    monkeypatch.setattr("os.getpid", lambda: child.pid)


def test_names_are_unique(tmp_path):
    assert len({temporary_beside(tmp_path / "a") for _ in range(1000)}) == 1000


@pytest.mark.usefixtures("dead")
def test_files_and_folders_of_dead_processes_are_removed(tmp_path):
    file, folder = temporary_beside(tmp_path / "a.nc"), temporary_beside(tmp_path / "model")
    file.touch()
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "weights").touch()
    assert set(sweep(tmp_path)) == {file, folder}
    assert list(tmp_path.iterdir()) == []


def test_a_living_process_keeps_its_file(tmp_path):
    file = temporary_beside(tmp_path / "a.nc")
    file.touch()
    assert sweep(tmp_path) == []
    assert file.exists()


def test_a_process_of_another_user_keeps_its_file(tmp_path, monkeypatch):
    def kill(_process, _signal):
        raise PermissionError

    temporary_beside(tmp_path / "a.nc").touch()
    monkeypatch.setattr("os.kill", kill)
    assert sweep(tmp_path) == []


def test_a_file_of_another_host_is_kept_while_it_is_young(tmp_path, monkeypatch):
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(temporary, "_host", lambda: "0" * 8)
        file = temporary_beside(tmp_path / "a.nc")
    file.touch()
    assert sweep(tmp_path, foreign_age_s=60.0) == []
    long_ago = time.time() - 61.0
    os.utime(file, (long_ago, long_ago))
    assert sweep(tmp_path, foreign_age_s=60.0) == [file]


@pytest.mark.usefixtures("dead")
@pytest.mark.parametrize("name", ["a.nc", ".a.nc", "a.tmp", ".hidden.tmp", ".a.nc.1-2-3.tmp"])
def test_other_files_are_never_touched(tmp_path, name):
    (tmp_path / name).touch()
    assert sweep(tmp_path) == []
    assert (tmp_path / name).exists()


@pytest.mark.usefixtures("dead")
def test_an_old_folder_goes_once_the_new_one_is_in_place(tmp_path):
    (tmp_path / "model").mkdir()
    retired = temporary.retired_beside(tmp_path / "model")
    retired.mkdir()
    assert sweep(tmp_path) == [retired]
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


@pytest.fixture
def fresh(monkeypatch):
    """Let this process find out anew where it is, and forget it afterwards."""
    temporary._host.cache_clear()
    yield monkeypatch
    temporary._host.cache_clear()


@pytest.mark.parametrize("what", ["BOOT", "PROCESS_NUMBERS"])
def test_a_living_writer_of_another_container_under_our_host_name_keeps_its_file(tmp_path, fresh, dead, what):
    with fresh.context() as elsewhere:
        if what == "BOOT":
            (tmp_path / "boot_id").write_text("another start\n")
            elsewhere.setattr(temporary, "BOOT", tmp_path / "boot_id")
        else:
            (tmp_path / "pid").symlink_to("pid:[1]")
            elsewhere.setattr(temporary, "PROCESS_NUMBERS", tmp_path / "pid")
        # Its number is that of no process here.
        file = temporary_beside(tmp_path / "a.nc")
    temporary._host.cache_clear()
    file.touch()
    assert sweep(tmp_path) == []
    assert file.exists()


def test_processes_of_one_machine_know_each_other(tmp_path):
    program = "import sys; from hammerscale.store.temporary import temporary_beside as t; from pathlib import Path;"
    command = [sys.executable, "-c", f"{program} t(Path(sys.argv[1])).touch()", str(tmp_path / "a.nc")]
    subprocess.run(command, check=True, timeout=60)
    assert len(sweep(tmp_path)) == 1


@pytest.mark.skipif(shutil.which("unshare") is None or os.geteuid() != 0, reason="a container needs root")
def test_a_real_namespace_of_processes_is_another_host(tmp_path, fresh):
    program = "import sys; from hammerscale.store.temporary import temporary_beside as t; from pathlib import Path;"
    command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c"]
    started = subprocess.run(
        [*command, f"{program} t(Path(sys.argv[1])).touch()", str(tmp_path / "a.nc")], check=False, timeout=60
    )
    if started.returncode:
        pytest.skip("this machine lets nobody make a namespace")
    assert sweep(tmp_path) == []
