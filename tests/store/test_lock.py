"""One holder at a time, who is named to the others, and none after its death."""

import errno
import fcntl
import os
import resource
import signal
import subprocess
import sys

import pytest

from hammerscale.errors import StoreError
from hammerscale.store.lock import filling, folder_lock, is_filled, is_held, locked

HOLD = """
import sys, time
from pathlib import Path
from hammerscale.store.lock import locked
with locked(Path(sys.argv[1]), wait=True) as owner:
    print(owner, flush=True)
    time.sleep(60)
"""


def test_a_held_lock_is_refused_and_its_owner_named(tmp_path):
    with locked(tmp_path / "a.lock", wait=False) as first:
        assert first is None
        with locked(tmp_path / "a.lock", wait=False) as second:
            assert second is not None
            assert f"process {os.getpid()} on" in second


def test_a_lock_is_free_after_its_block(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "folder" / "a.lock", wait=False) as owner:
            assert owner is None


def test_a_lock_dies_with_the_process_that_held_it(tmp_path):
    file = tmp_path / "a.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "None\n"
        held_before = is_held(file)
        with locked(file, wait=False) as owner:
            named = owner
        other.send_signal(signal.SIGKILL)
        other.wait(20)
    assert held_before
    assert f"process {other.pid} on" in str(named)
    with locked(file, wait=False) as owner:
        assert owner is None


@pytest.mark.parametrize("refusal", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
@pytest.mark.parametrize("wait", [True, False])
def test_a_file_system_without_locks_is_one_error_with_a_remedy(tmp_path, monkeypatch, refusal, wait):
    def refuse(*arguments):
        raise OSError(refusal, os.strerror(refusal))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StoreError, match=os.strerror(refusal)) as caught, locked(tmp_path / "a.lock", wait):
        pass
    assert "flock" in caught.value.remedy
    with pytest.raises(StoreError):
        is_held(tmp_path / "a.lock")


def test_who_waits_looks_up_when_interrupted_and_names_the_owner(tmp_path):
    answers = iter([False, False, True])
    with (
        locked(tmp_path / "a.lock", wait=False),
        locked(tmp_path / "a.lock", wait=True, interrupted=lambda: next(answers)) as owner,
    ):
        assert f"process {os.getpid()} on" in str(owner)
    assert next(answers, None) is None


def test_who_waits_gets_the_lock_when_it_is_given_back(tmp_path):
    first = locked(tmp_path / "a.lock", wait=False)
    first.__enter__()

    def give_back():
        first.__exit__(None, None, None)
        return False

    with locked(tmp_path / "a.lock", wait=True, interrupted=give_back) as owner:
        assert owner is None


def test_a_lock_on_a_full_disk_is_one_clear_error(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(StoreError, match="no room to write"), locked(tmp_path / "a.lock", wait=True):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_folder_is_filled_while_the_block_runs_under_whatever_name_it_is_called(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "link").symlink_to("run")
    with filling(tmp_path / "run"):
        assert is_filled(tmp_path / "link")
    assert not is_filled(tmp_path / "run")


def test_the_lock_of_a_folder_outlives_its_replacement(tmp_path):
    assert folder_lock(tmp_path / "a.b" / "run.v_2") == tmp_path / "a.b" / "run.v_2.lock"
