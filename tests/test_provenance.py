"""Provenance: what made a file can be read from it, and equal configs have equal hashes."""

import json
import shutil
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import hammerscale
from hammerscale import provenance
from hammerscale.kernel_cache import SHARED
from hammerscale.provenance import collect


def test_source_date_epoch_fixes_the_date(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert collect("0", {}).date_created == "1970-01-02T00:00:00Z"


def test_equal_runs_give_equal_blocks(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert collect("0", {"campaign": 1}) == collect("0", {"campaign": 1})


def test_versions_are_those_of_the_installed_packages():
    assert collect("0", {}).packages["numpy"] == version("numpy")


@pytest.mark.parametrize("package", ["numpy", "numba", "llvmlite", "scipy", "netCDF4"])
def test_what_compiles_and_transforms_is_named(package):
    assert collect("0", {}).packages[package] == version(package)


def test_a_package_that_is_not_installed_is_left_out(monkeypatch):
    monkeypatch.setattr(provenance, "PACKAGES", ("numpy", "no-such-package-0"))
    provenance._versions.cache_clear()
    try:
        assert set(collect("0", {}).packages) == {"numpy"}
    finally:
        provenance._versions.cache_clear()


def test_host_class_does_not_name_the_host():
    assert socket.gethostname() not in collect("0", {}).host_class


def test_attributes_are_flat_text():
    attributes = collect("abc", {"campaign": 1, "training": 2}).attributes()
    assert all(isinstance(value, str) for value in attributes.values())
    assert attributes["seeds"] == "campaign=1, training=2"
    assert attributes["config_hash"] == "abc"


def test_document_survives_json():
    block = collect("abc", {"campaign": 1})
    assert json.loads(json.dumps(block.document())) == {
        **block.attributes(),
        "packages": block.packages,
        "seeds": {"campaign": 1},
    }


@pytest.fixture
def clone(tmp_path):
    """A repository of its own that tracks a copy of the files provenance needs."""
    package = tmp_path / "src" / "hammerscale"
    package.mkdir(parents=True)
    for name in ("__init__.py", "kernel_cache.py", "provenance.py", *SHARED):
        shutil.copy(Path(hammerscale.__file__).with_name(name), package / name)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "src")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first")
    return tmp_path


def git(folder, *arguments):
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def source_state(folder):
    code = "from hammerscale.provenance import collect; p = collect('0', {}); print(p.git_commit, p.git_dirty)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin:/usr/local/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return tuple(done.stdout.split())


def test_a_clean_tree_gives_its_commit(clone):
    assert source_state(clone) == (git(clone, "rev-parse", "HEAD"), "false")


def test_a_changed_package_is_dirty(clone):
    with (clone / "src" / "hammerscale" / "__init__.py").open("a") as file:
        file.write("# changed\n")
    assert source_state(clone) == (git(clone, "rev-parse", "HEAD"), "true")


def test_a_new_module_makes_the_package_dirty(clone):
    (clone / "src" / "hammerscale" / "new.py").touch()
    assert source_state(clone)[1] == "true"


def test_a_copy_inside_a_repository_that_does_not_track_it_is_unknown(clone):
    git(clone, "rm", "-q", "--cached", "-r", "src")
    assert source_state(clone) == ("unknown", "unknown")


def test_without_a_repository_the_commit_is_unknown(clone):
    shutil.rmtree(clone / ".git")
    assert source_state(clone) == ("unknown", "unknown")
