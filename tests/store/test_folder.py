"""A folder appears at once, and a change of any of its bytes is seen."""

import json
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from hammerscale.errors import StoreError
from hammerscale.store import folder
from hammerscale.store.atomic import write_bytes
from hammerscale.store.folder import MANIFEST, verify_folder, write_folder
from hammerscale.store.temporary import retired_beside, sweep
from tests.store.conftest import CONFIG

TRIALS = 500


@pytest.fixture
def model(tmp_path, block):
    path = tmp_path / "model"
    write_model(path, block, b"weights of the network")
    return path


def write_model(path, block, weights):
    with write_folder(path, block) as temporary:
        (temporary / "weights.bin").write_bytes(weights)
        (temporary / "basis").mkdir()
        (temporary / "basis" / "modes.bin").write_bytes(weights * 2)


def write_and_raise(path, block):
    with write_folder(path, block) as temporary:
        (temporary / "weights.bin").write_bytes(b"new")
        raise RuntimeError("training")


def test_files_and_folders_in_it_arrive(model):
    assert (model / "weights.bin").read_bytes() == b"weights of the network"
    assert (model / "basis" / "modes.bin").read_bytes() == b"weights of the network" * 2
    verify_folder(model, CONFIG)


def test_the_manifest_holds_the_provenance(model, block):
    assert json.loads((model / MANIFEST).read_text())["provenance"] == block.document()


def test_an_old_folder_is_replaced_as_a_whole(model, block):
    with write_folder(model, block) as temporary:
        (temporary / "other.bin").write_bytes(b"new")
        assert (model / "weights.bin").exists()
    assert sorted(entry.name for entry in model.iterdir()) == [MANIFEST, "other.bin"]
    assert [entry.name for entry in model.parent.iterdir()] == ["model"]


def test_a_failing_writer_leaves_the_old_folder_and_nothing_else(model, block):
    with pytest.raises(RuntimeError, match="training"):
        write_and_raise(model, block)
    verify_folder(model)
    assert [entry.name for entry in model.parent.iterdir()] == ["model"]


def test_files_that_read_back_otherwise_get_no_name(model, block, monkeypatch):
    write_manifest = folder._write_manifest

    def write_manifest_then_damage(path, provenance):
        write_manifest(path, provenance)
        (path / "weights.bin").write_bytes(b"damaged")

    monkeypatch.setattr(folder, "_write_manifest", write_manifest_then_damage)
    with pytest.raises(StoreError, match=r"bytes of weights\.bin"):
        write_model(model, block, b"new")
    verify_folder(model)
    assert [entry.name for entry in model.parent.iterdir()] == ["model"]


def test_a_rename_that_fails_gives_the_old_folder_back(model, block, monkeypatch):
    def rename(self, target):
        if target == model and self.name.endswith(".tmp") and "retired" not in self.name:
            raise OSError(5, "Input/output error")
        os.rename(self, target)  # noqa: PTH104

    monkeypatch.setattr("pathlib.Path.rename", rename)
    with pytest.raises(StoreError, match="cannot write"):
        write_model(model, block, b"new")
    verify_folder(model)
    assert (model / "weights.bin").read_bytes() == b"weights of the network"
    assert [entry.name for entry in model.parent.iterdir()] == ["model"]


def test_sweeping_gives_back_a_folder_whose_writer_died_between_the_renames(model, monkeypatch):
    # Libraries ask for the number of the process after a fork, so it must not start another one.
    gone = dead_process()
    monkeypatch.setattr("os.getpid", lambda: gone)
    model.rename(retired_beside(model))
    assert not model.exists()
    sweep(model.parent)
    verify_folder(model)


def dead_process():
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def test_writers_of_one_folder_leave_one_whole_folder(tmp_path, block):
    def write(value):
        for _ in range(10):
            write_model(tmp_path / "model", block, bytes([value]) * 1000)

    threads = [threading.Thread(target=write, args=(value,)) for value in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    verify_folder(tmp_path / "model")
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_any_flipped_bit_of_any_file_is_refused(model):
    files = [model / "weights.bin", model / "basis" / "modes.bin", model / MANIFEST]
    sizes = np.array([file.stat().st_size for file in files])
    for bit in np.random.default_rng(4).choice(8 * sizes.sum(), TRIALS, replace=False).tolist():
        byte, index = bit // 8, 0
        while byte >= sizes[index]:
            byte, index = byte - sizes[index], index + 1
        whole = files[index].read_bytes()
        damaged = bytearray(whole)
        damaged[byte] ^= 1 << bit % 8
        files[index].write_bytes(damaged)
        with pytest.raises(StoreError, match="is damaged"):
            verify_folder(model)
        files[index].write_bytes(whole)
    verify_folder(model)


@pytest.mark.parametrize("name", ["weights.bin", "basis/modes.bin", MANIFEST])
def test_a_missing_or_shorter_file_is_named(model, name):
    whole = (model / name).read_bytes()
    (model / name).write_bytes(whole[:-1])
    with pytest.raises(StoreError, match=name):
        verify_folder(model)
    (model / name).unlink()
    with pytest.raises(StoreError, match=name):
        verify_folder(model)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"files": 1, "provenance": 2, "sha256": 3}', b"\xff"])
def test_a_manifest_of_another_kind_is_refused(model, content):
    (model / MANIFEST).write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        verify_folder(model)


def test_a_folder_of_another_config_is_refused_and_both_hashes_are_named(model):
    with pytest.raises(StoreError, match=f"{CONFIG}, expected {'b' * 64}"):
        verify_folder(model, "b" * 64)


def test_marks_of_workflow_managers_are_ignored(model):
    write_bytes(model / ".snakemake_timestamp", b"")
    verify_folder(model)


def test_a_model_is_written_without_the_netcdf_library():
    code = "import sys, hammerscale.store.folder; assert not {'netCDF4', 'pydantic', 'snakemake'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
