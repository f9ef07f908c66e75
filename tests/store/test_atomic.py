"""Nothing but whole files stands under a final name, whatever happens to the writer."""

import json
import multiprocessing
import os
import signal
import threading
import time

import numpy as np
import pytest

from hammerscale.errors import StoreError
from hammerscale.store.atomic import replacing, synchronise, write_bytes, write_json, write_text
from hammerscale.store.folder import verify_folder, write_folder
from hammerscale.store.netcdf import read_netcdf, verify_file, write_netcdf
from hammerscale.store.temporary import sweep
from hammerscale.store.variable import Variable

KILLS = 20
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["hammerscale.store.netcdf"])


def table(value):
    return {"stress": Variable(("path", "time"), np.full((200, 201), value), "Pa", "stress")}


def write_and_raise(path, error):
    with replacing(path) as temporary:
        temporary.write_bytes(b"ne")
        raise error


def test_text_and_json_are_written_as_given(tmp_path):
    write_text(tmp_path / "a.txt", "σ = 1 Pa\n")
    write_json(tmp_path / "a.json", {"b": 1, "a": ["ü"]})
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "σ = 1 Pa\n"
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {"b": 1, "a": ["ü"]}


def test_json_refuses_nan(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"a": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_made(tmp_path):
    write_bytes(tmp_path / "deep" / "er" / "a", b"1")
    assert (tmp_path / "deep" / "er" / "a").read_bytes() == b"1"


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a"
    write_bytes(path, b"old")
    with replacing(path) as temporary:
        temporary.write_bytes(b"ne")
        assert path.read_bytes() == b"old"
        temporary.write_bytes(b"new")
    assert path.read_bytes() == b"new"


def test_a_failing_writer_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a"
    write_bytes(path, b"old")
    with pytest.raises(KeyboardInterrupt):
        write_and_raise(path, KeyboardInterrupt())
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    assert path.read_bytes() == b"old"


def test_the_temporary_file_is_hidden_in_the_same_folder(tmp_path):
    with replacing(tmp_path / "a.nc") as temporary:
        temporary.touch()
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(".a.nc.")
        assert temporary.suffix == ".tmp"


def test_file_is_on_the_disk_before_it_gets_its_name_and_the_folder_after(tmp_path, monkeypatch):
    path, events = tmp_path / "a", []

    def fsync(descriptor):
        events.append((os.path.isdir(f"/proc/self/fd/{descriptor}"), path.exists()))  # noqa: PTH112

    monkeypatch.setattr("os.fsync", fsync)
    write_bytes(path, b"1")
    assert events == [(False, False), (True, True)]


def test_bytes_that_read_back_otherwise_get_no_name(tmp_path, monkeypatch):
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda _: b"2")
    with pytest.raises(StoreError, match="other bytes than were written"):
        write_bytes(tmp_path / "a", b"1")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_fsync_of_a_file_is_reported(tmp_path, monkeypatch):
    def fsync(_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(StoreError, match=r"cannot write .*a: Input/output error"):
        write_bytes(tmp_path / "a", b"1")
    assert list(tmp_path.iterdir()) == []


def test_folders_that_cannot_be_synchronised_are_passed_over(tmp_path, monkeypatch):
    def fsync(_):
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr("os.fsync", fsync)
    synchronise(tmp_path)
    (tmp_path / "a").touch()
    with pytest.raises(OSError, match="Invalid argument"):
        synchronise(tmp_path / "a")


def test_a_final_path_that_is_a_folder_is_one_clear_error(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(StoreError, match=r"cannot write .*a: Is a directory"):
        write_bytes(tmp_path / "a", b"1")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_errors_of_the_caller_pass_unchanged(tmp_path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "a"):
        (tmp_path / "elsewhere").read_bytes()


def write_until_killed(folder, block):
    """Write files of three kinds, each under two names in turn, so that new and replaced names both occur."""
    for number in range(100_000):
        write_netcdf(folder / f"{number // 2}.nc", table(float(number)), {}, block)
        write_bytes(folder / f"{number // 2}.bin", bytes([number % 256]) * 50_000)
        with write_folder(folder / f"{number // 2}.model", block) as temporary:
            for name in ("weights", "scales"):
                (temporary / name).write_bytes(bytes([number % 256]) * 10_000)


def write_ten_times(path, value, block):
    for _ in range(10):
        write_netcdf(path, table(value), {}, block)


def test_a_writer_killed_at_any_moment_leaves_only_whole_files(tmp_path, block):
    generator, unfinished = np.random.default_rng(3), 0
    for trial in range(KILLS):
        folder = tmp_path / str(trial)
        folder.mkdir()
        # The server has everything imported and no threads: the kill always hits the writing, and a fork never hangs.
        child = SERVER.Process(target=write_until_killed, args=(folder, block))
        child.start()
        while not any(folder.iterdir()):
            time.sleep(0.001)
        time.sleep(generator.uniform(0.0, 0.15))
        child.kill()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        unfinished += len(sweep(folder))
        for path in folder.iterdir():
            if path.suffix == ".nc":
                verify_file(path)
            elif path.suffix == ".model":
                verify_folder(path)
            else:
                assert path.suffix == ".bin"
                assert path.read_bytes() == path.read_bytes()[:1] * 50_000
    # Most kills must have met an unfinished file, or this test would show nothing.
    assert unfinished > KILLS // 4


def test_many_writers_of_one_path_leave_one_whole_file(tmp_path, block):
    path = tmp_path / "a.nc"
    children = [SERVER.Process(target=write_ten_times, args=(path, float(value), block)) for value in range(4)]
    for child in children:
        child.start()
    while any(child.is_alive() for child in children):
        if path.exists():
            assert len(np.unique(read_netcdf(path).variables["stress"].data)) == 1
    assert [child.exitcode for child in children] == [0, 0, 0, 0]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.nc"]
    verify_file(path)


def test_threads_of_one_process_do_not_meet(tmp_path):
    path = tmp_path / "a"

    def write(value):
        for _ in range(20):
            write_bytes(path, bytes([value]) * 10_000)

    threads = [threading.Thread(target=write, args=(value,)) for value in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert path.read_bytes() in {bytes([value]) * 10_000 for value in range(4)}
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
