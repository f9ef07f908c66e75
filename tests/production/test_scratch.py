"""Scratch folders are found when a shard runs, and end empty."""

import logging
import os
import subprocess
import sys

import pytest

from hammerscale.errors import SetupError
from hammerscale.production.scratch import scratch_folder, working_in


def test_home_and_variables_are_those_of_the_node(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SCRATCH_OF_NODE", str(tmp_path / "disk"))
    assert scratch_folder("~/work") == tmp_path / "home" / "work"
    assert scratch_folder("$SCRATCH_OF_NODE/a") == tmp_path / "disk" / "a"
    assert scratch_folder("${SCRATCH_OF_NODE}/b") == tmp_path / "disk" / "b"


@pytest.mark.parametrize("setting", ["$NO_SUCH_SCRATCH/x", "/fast/${NO_SUCH_SCRATCH}"])
def test_a_variable_that_is_not_set_is_named(monkeypatch, setting):
    monkeypatch.delenv("NO_SUCH_SCRATCH", raising=False)
    with pytest.raises(SetupError, match="NO_SUCH_SCRATCH"):
        scratch_folder(setting)


def test_the_folder_goes_even_if_the_work_fails(tmp_path):
    def fail_in_scratch():
        with working_in(tmp_path / "scratch", "0001.parts") as folder:
            (folder / "unfinished.nc").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_scratch()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_dead_processes_left_is_swept_and_what_the_living_use_is_not(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    code = (
        "import os, signal, sys; from pathlib import Path; from hammerscale.production.scratch import working_in\n"
        "with working_in(Path(sys.argv[1]), '0001.parts') as folder:\n"
        "    (folder / 'part.nc').touch(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=60, env=dict(os.environ))
    assert len(list(tmp_path.iterdir())) == 1
    (tmp_path / "of_others").mkdir()
    with working_in(tmp_path, "0002.parts") as first, working_in(tmp_path, "0002.parts") as second:
        assert {entry.name for entry in tmp_path.iterdir()} == {first.name, second.name, "of_others"}
    assert "1 folders of dead processes removed" in caplog.text
