"""Kernels round alike in every process, whether they were compiled there, loaded, or linked with what was loaded."""

import ast
import os
import random
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from llvmlite.binding import Linkage

from hammerscale import compiler
from hammerscale.crystal.backend.generator import HEADER
from hammerscale.kernel_cache import KERNEL_FOLDERS, PACKAGE, SHARED, VARIABLE

# Too long to be inlined; what it returns depends on the order in which sums are added.
CALLEE = """
from hammerscale.compiler import njit

@njit(cache=True, error_model="numpy", fastmath={{"contract", "nsz", "reassoc"}})
def measure(x):
    total = 0.0
    for i in range(len(x)):
        a, b, c = x[i], 1.0 - x[i], 0.5 * x[i]
{body}
        total += {last}
    return total
"""
CALLER = """
import numpy as np
from hammerscale.compiler import njit
from hammerscale.tensor.callee import measure

@njit(cache=True, error_model="numpy")
def outer(x):
    out = np.zeros(6)
    for k in range(6):
        out[k] = measure(x[k:]) + 0.5 * measure(x[:20])
    return out

if __name__ == "__main__":
    from hammerscale.tensor.caller import outer
    print(outer(np.random.default_rng(0).normal(size=37)).tobytes().hex())
"""


def long_callee(seed=1, lines=60):
    """Return the source of a kernel of sums of products that were drawn at random."""
    draw, names, body = random.Random(seed), ["a", "b", "c"], []
    for i in range(lines):
        p = [draw.choice(names[-12:]) if k % 2 else draw.choice("abc") for k in range(6)]
        body.append(f"        v{i} = ({p[0]} * {p[1]} + {p[2]} * {p[3]} - {p[4]} * {p[5]}) * 0.5")
        names.append(f"v{i}")
    return CALLEE.format(body="\n".join(body), last=" + ".join(names[-9:]))


@pytest.fixture
def package(tmp_path):
    """A package with the real start and compiler, and a kernel that calls another."""
    package = tmp_path / "src" / "hammerscale"
    for folder in KERNEL_FOLDERS:
        (package / folder).mkdir(parents=True)
    for name in ("__init__.py", "kernel_cache.py", *SHARED):
        shutil.copy(PACKAGE / name, package)
    (package / "tensor" / "callee.py").write_text(long_callee())
    (package / "tensor" / "caller.py").write_text(CALLER)
    return package


def bits(package, cache):
    """Return what the caller gives in a process of its own, as text."""
    environment = {**os.environ, "PYTHONPATH": str(package.parent), VARIABLE: str(cache)}
    command = [sys.executable, "-m", "hammerscale.tensor.caller"]
    return subprocess.run(
        command, env=environment, cwd=package.parent, capture_output=True, text=True, check=True, timeout=120
    ).stdout


def test_bits_do_not_depend_on_what_lies_in_the_cache(package, tmp_path):
    cold, warm = (bits(package, tmp_path / "cache") for _ in range(2))
    for file in (tmp_path / "cache").rglob("caller.outer-*"):
        file.unlink()
    with_a_loaded_callee = bits(package, tmp_path / "cache")
    assert cold == warm == with_a_loaded_callee


@pytest.mark.parametrize(("name", "linkage"), [("hammerscale", Linkage.internal), ("elsewhere", Linkage.linkonce_odr)])
def test_only_libraries_of_this_package_keep_copies_of_their_own(name, linkage, monkeypatch):
    caller = SimpleNamespace(name=f"_ZN{len(name)}{name}4outerE", linkage=Linkage.external, is_declaration=False)
    callee = SimpleNamespace(name="_ZN5numba3sumE", linkage=Linkage.linkonce_odr, is_declaration=False)
    monkeypatch.setattr(compiler, "_optimize", lambda _: None)
    compiler.keep_copies(SimpleNamespace(_final_module=SimpleNamespace(functions=[caller, callee])))
    assert (caller.linkage, callee.linkage) == (Linkage.external, linkage)


def test_all_kernels_are_compiled_by_the_one_compiler():
    sources = {str(file.relative_to(PACKAGE)): file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")}
    sources |= {"generated": HEADER.format(lattice="", c_over_a=1.0, families="", twin="", output_needs_path=False)}
    for name in sources.keys() - {"compiler.py"}:
        for statement in ast.walk(ast.parse(sources[name])):
            if isinstance(statement, ast.ImportFrom) and statement.module == "numba":
                assert not {"njit", "jit", "vectorize", "guvectorize"} & {a.name for a in statement.names}, name
