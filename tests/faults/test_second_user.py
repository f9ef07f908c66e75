"""Another user of the machine was faster: what lies at a path that can be guessed is neither run nor trusted."""

import os
import subprocess
from pathlib import Path

import numba
import pytest

from hammerscale.kernel_cache import PACKAGE, VARIABLE, code_key, place_kernel_cache

ROOT = Path(__file__).parents[2]
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can let files belong to another user")


def cache_of_job(folder: Path) -> Path:
    """Return the folder of kernels that a rank of a Slurm job is given; `folder` is what all users share."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "python"
    program.write_text('#!/bin/sh\necho "$NUMBA_CACHE_DIR"\n')
    program.chmod(0o755)
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        [ROOT / "slurm/bin/ranks", "1", "1", "hammerscale", "simulate"],
        env={**os.environ, "PATH": path, "TMPDIR": str(folder), "SLURM_JOB_ID": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return Path(done.stdout.strip())


def plant(kind: str, place: Path, elsewhere: Path) -> None:
    """Let something of another user lie at `place`."""
    elsewhere.mkdir()
    if kind == "file":
        place.touch()
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir(mode=0o777)
        os.chown(place, NOBODY, NOBODY)
    else:
        place.symlink_to(elsewhere if kind == "link" else elsewhere / "missing")


@pytest.mark.parametrize("kind", ["file", "pipe", "link", "dangling link", pytest.param("folder", marks=as_root)])
def test_what_another_user_laid_at_the_cache_of_a_job_is_not_used_and_kills_no_job(tmp_path, kind):
    shared = tmp_path / "shared"
    shared.mkdir()
    guessed = shared / f"hammerscale-numba-{os.geteuid()}"
    plant(kind, guessed, tmp_path / "elsewhere")
    cache = cache_of_job(shared)
    assert cache != guessed
    status = cache.lstat()
    assert (status.st_uid, status.st_mode & 0o777) == (os.geteuid(), 0o700)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_cache_of_a_job_that_was_open_to_others_is_closed(tmp_path):
    (tmp_path / f"hammerscale-numba-{os.geteuid()}").mkdir(mode=0o777)
    assert cache_of_job(tmp_path).stat().st_mode & 0o777 == 0o700


@pytest.fixture
def chosen(tmp_path, monkeypatch):
    """The folder that a user chose for compiled kernels, and that of this very code in it, which is not there yet."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", numba.config.CACHE_DIR)
    (tmp_path / "cache").mkdir()
    return tmp_path / "cache" / f"hammerscale-{code_key(PACKAGE)}"


def placed() -> Path:
    place_kernel_cache()
    return Path(os.environ[VARIABLE])


@pytest.mark.parametrize("kind", ["file", "link", pytest.param("folder", marks=as_root)])
def test_machine_code_that_another_user_laid_in_the_cache_is_not_run(tmp_path, chosen, kind):
    plant(kind, chosen, tmp_path / "elsewhere")
    assert placed().parent == PACKAGE / "__pycache__"


def test_a_cache_that_everybody_could_write_to_is_not_used(chosen):
    chosen.mkdir()
    chosen.chmod(0o777)
    assert placed().parent == PACKAGE / "__pycache__"


def test_a_cache_that_its_group_could_write_to_is_closed(chosen):
    chosen.mkdir()
    chosen.chmod(0o775)
    assert placed() == chosen
    assert chosen.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("mode", "used"), [(0o777, False), (0o1777, True), (0o755, True)])
def test_a_cache_below_a_folder_in_which_everybody_can_rename_it_is_not_used(chosen, mode, used):
    chosen.parent.chmod(mode)
    assert (placed() == chosen) is used


@as_root
def test_a_cache_below_a_folder_of_another_user_is_not_used(chosen):
    os.chown(chosen.parent, NOBODY, NOBODY)
    assert placed().parent == PACKAGE / "__pycache__"


def test_without_a_place_of_its_own_a_process_takes_a_private_one(tmp_path, chosen, monkeypatch):
    monkeypatch.setattr("hammerscale.kernel_cache._places", lambda _chosen: [chosen.parent / "file"])
    (chosen.parent / "file").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cache = placed()
    assert cache.parent.parent == tmp_path
    assert cache.parent.stat().st_mode & 0o777 == 0o700
