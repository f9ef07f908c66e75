"""The seal answers for every byte and can be checked without this program."""

import errno
import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammerscale.errors import StoreError
from hammerscale.store import seal as module
from hammerscale.store.seal import LENGTH, DamagedFileError, check_seal, seal

QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)


@pytest.fixture
def path(tmp_path, monkeypatch):
    # Small blocks, so that files of a few bytes span several of them.
    monkeypatch.setattr(module, "BLOCK", 8)
    return tmp_path / "a"


@QUICK
@given(data=st.binary(max_size=40))
def test_a_sealed_file_is_accepted(path, data):
    path.write_bytes(data)
    seal(path)
    check_seal(path)


@QUICK
@given(data=st.binary(max_size=40), place=st.integers(0), change=st.binary(max_size=2))
def test_any_other_bytes_in_any_place_are_refused(path, data, place, change):
    path.write_bytes(data)
    seal(path)
    whole = path.read_bytes()
    place %= len(whole)
    path.write_bytes(whole[:place] + change + whole[place + 1 :])
    if path.read_bytes() == whole:
        check_seal(path)
    else:
        with pytest.raises(DamagedFileError, match="is damaged"):
            check_seal(path)


def test_bytes_after_the_seal_are_refused(path):
    path.write_bytes(b"data")
    seal(path)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(StoreError, match="seal is missing"):
        check_seal(path)


def test_a_read_that_fails_says_nothing_about_the_file(path, monkeypatch):
    def lose_the_server(*arguments):
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))

    path.write_bytes(b"data")
    seal(path)
    monkeypatch.setattr(Path, "open", lose_the_server)
    with pytest.raises(StoreError, match=r"cannot read .*Stale file handle") as caught:
        check_seal(path)
    assert not isinstance(caught.value, DamagedFileError)
    assert caught.value.remedy.startswith("start again")


def test_the_seal_is_the_sha256_that_other_programs_compute(path):
    path.write_bytes(b"data")
    seal(path)
    others = subprocess.run(
        f"head -c -{LENGTH} {path} | sha256sum", shell=True, capture_output=True, text=True, check=True, timeout=20
    ).stdout.split()[0]
    assert others == hashlib.sha256(b"data").hexdigest()
    assert path.read_bytes().endswith(others.encode() + b"\n")
