"""Compiled kernels follow the text of everything they are made of, wherever their cache lies."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hammerscale.kernel_cache import (
    KEPT,
    KERNEL_FOLDERS,
    NAME,
    PACKAGE,
    SHARED,
    VARIABLE,
    code_key,
    place_kernel_cache,
)

CALLEE = """
from numba import njit
SCALE = {scale}

@njit(cache=True)
def scaled(x):
    return {factor} * SCALE * x
"""
CALLER = """
from numba import njit
from hammerscale.tensor.callee import scaled

@njit(cache=True)
def outer(x):
    return scaled(x) + 1.0

if __name__ == "__main__":
    from hammerscale.tensor.caller import outer
    print(outer(2.0))
"""


@pytest.fixture
def package(tmp_path):
    """A package with the real start and a kernel in one file that calls one of another."""
    package = tmp_path / "src" / "hammerscale"
    for folder in KERNEL_FOLDERS:
        (package / folder).mkdir(parents=True)
    for name in ("__init__.py", "kernel_cache.py", *SHARED):
        shutil.copy(PACKAGE / name, package)
    (package / "tensor" / "caller.py").write_text(CALLER)
    return package


def run(package, **environment):
    """Return what the outer kernel gives in a process of its own."""
    inherited = {name: value for name, value in os.environ.items() if name != VARIABLE}
    command = [sys.executable, "-m", "hammerscale.tensor.caller"]
    done = subprocess.run(
        command,
        env={**inherited, "PYTHONPATH": str(package.parent), **environment},
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return float(done.stdout)


@pytest.mark.parametrize("chosen", [None, "cache"])
def test_an_edited_callee_or_constant_gives_new_numbers(package, tmp_path, chosen):
    environment = {} if chosen is None else {VARIABLE: str(tmp_path / chosen)}
    found = []
    for factor, scale in ((3.0, 1.0), (5.0, 1.0), (5.0, 10.0)):
        (package / "tensor" / "callee.py").write_text(CALLEE.format(factor=factor, scale=scale))
        found.append(run(package, **environment))
    assert found == [7.0, 11.0, 101.0]
    caches = (package / "__pycache__") if chosen is None else tmp_path / chosen
    assert len([entry for entry in caches.iterdir() if NAME.fullmatch(entry.name)]) == 3


def test_a_package_that_cannot_be_written_compiles_into_the_users_cache(package, tmp_path):
    (package / "tensor" / "callee.py").write_text(CALLEE.format(factor=3.0, scale=1.0))
    (package / "__pycache__").write_text("a file, so that no folder can be made of it")
    assert run(package, XDG_CACHE_HOME=str(tmp_path / "home"), PYTHONDONTWRITEBYTECODE="1") == 7.0
    (cache,) = (tmp_path / "home" / "hammerscale").iterdir()
    assert list(cache.rglob("*.nbi"))


def test_a_child_process_finds_the_folder_of_its_parent(monkeypatch, tmp_path):
    for before in (str(tmp_path), None):
        monkeypatch.setenv(VARIABLE, before) if before else monkeypatch.delenv(VARIABLE)
        place_kernel_cache()
        parent = os.environ[VARIABLE]
        place_kernel_cache()
        assert os.environ[VARIABLE] == parent
        assert Path(parent).parent == (tmp_path if before else PACKAGE / "__pycache__")


def test_numba_that_was_imported_before_is_told(monkeypatch, tmp_path):
    import numba

    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "elsewhere")
    place_kernel_cache()
    assert os.environ[VARIABLE] == numba.config.CACHE_DIR


def test_caches_of_older_code_are_swept_but_for_the_last(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    for age in range(10):
        folder = tmp_path / f"hammerscale-{age:016x}"
        (folder / "tensor").mkdir(parents=True)
        os.utime(folder, (1e9 - age, 1e9 - age))
    (tmp_path / "numba-of-others").mkdir()
    place_kernel_cache()
    kept = {f"hammerscale-{age:016x}" for age in range(KEPT - 1)}
    assert {entry.name for entry in tmp_path.iterdir()} == {
        *kept,
        "numba-of-others",
        f"hammerscale-{code_key(PACKAGE)}",
    }


def kernel_files():
    """Yield the files that define kernels, generated code aside, with their syntax trees."""
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if "__pycache__" not in file.parts and any(map(is_kernel, ast.walk(tree))):
            yield file.relative_to(PACKAGE), tree


def is_kernel(node):
    return isinstance(node, ast.FunctionDef) and any("jit" in ast.unparse(mark) for mark in node.decorator_list)


def test_all_that_kernels_are_made_of_counts():
    files = dict(kernel_files())
    assert Path("crystal/backend/driver.py") in files
    for file, tree in files.items():
        assert file.parts[0] in KERNEL_FOLDERS, file
        kernels = filter(is_kernel, ast.walk(tree))
        used = {node.id for kernel in kernels for node in ast.walk(kernel) if isinstance(node, ast.Name)}
        for statement in ast.walk(tree):
            # What is imported from the same folder counts with it.
            absolute = isinstance(statement, ast.ImportFrom) and not statement.level
            if absolute and used & {alias.name for alias in statement.names}:
                origin = (statement.module or "").split(".")
                counted = f"{origin[-1]}.py" in SHARED or origin[1] in KERNEL_FOLDERS
                assert origin[0] != "hammerscale" or counted, f"{file} compiles {statement.module}"


def test_a_name_or_a_file_that_moved_changes_the_key(package):
    before = code_key(package)
    (package / "tensor" / "caller.py").rename(package / "tensor" / "renamed.py")
    renamed = code_key(package)
    (package / "tensor" / "renamed.py").rename(package / "cell" / "renamed.py")
    assert len({before, renamed, code_key(package), code_key(PACKAGE)}) == 4
