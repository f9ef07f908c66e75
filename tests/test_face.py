"""The public names: all there, documented, imported at their first use only, runnable as their docstrings show them."""

import ast
import doctest
import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import hammerscale as hs

ROOT = Path(__file__).parents[1]
PLACES = dict(hs._PLACES)


def test_dir_lists_the_public_names_and_no_others():
    assert dir(hs) == sorted(hs.__all__)
    assert 35 <= len(hs.__all__) <= 50


@pytest.mark.parametrize("name", PLACES)
def test_a_public_name_is_there_and_documented(name):
    assert inspect.getdoc(getattr(hs, name))


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(AttributeError, match=r"no public name 'TaylorPolycristal'; it has .*TaylorPolycrystal"):
        _ = hs.TaylorPolycristal


def test_editors_see_the_same_names():
    tree = ast.parse((ROOT / "src" / "hammerscale" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen | {"load_config": seen.pop("load")} == PLACES


def test_the_package_is_typed_and_imports_nothing_large():
    assert (ROOT / "src" / "hammerscale" / "py.typed").is_file()
    heavy = ("numpy", "numba", "pydantic", "xarray", "torch", "matplotlib")
    code = f"import sys, hammerscale; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


MODULES = sorted({place.partition(":")[0] for place in PLACES.values()})
RUNNABLE = [name for name in MODULES if ">>> " in (ROOT / "src" / f"{name.replace('.', '/')}.py").read_text("utf-8")]


@pytest.mark.parametrize("module", RUNNABLE)
def test_the_lines_of_docstrings_run(module, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = doctest.testmod(import_module(module), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0


def test_at_least_ten_modules_have_lines_that_run():
    assert len(RUNNABLE) >= 10


def test_the_reference_describes_exactly_the_public_names():
    page = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"auto(?:class|exception|function):: hammerscale\.(\w+)$", page, re.MULTILINE)) == dir(hs)


def test_the_lines_of_the_readme_run(tmp_path, monkeypatch):
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## From a notebook")[1]
    for name in ("config", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    found: dict[str, object] = {}
    exec(re.search(r"```python\n(.*?)```", section, re.DOTALL)[1], found)  # the lines are our own
    assert found["stress"].shape == (101, 6)
    assert found["predicted"].shape == found["walks"].stress.shape
    assert found["report"]["test"]["paths"] == 20
    assert found["run"].summary["law"] == "law"
