"""What dead writers left is swept; what living ones still need is not."""

import os
import subprocess
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
