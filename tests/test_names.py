"""A name stands for one thing in the whole package."""

import ast
import functools
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "hammerscale"
KINDS = ("module", "class", "function")


@functools.cache
def names() -> dict[str, Counter[str]]:
    """Return by kind how often the name of a module, a class or a public function of a module stands."""
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for file in PACKAGE.rglob("*.py"):
        if "__pycache__" in file.parts:
            continue
        if file.stem != "__init__":
            found["module"][file.stem] += 1
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found["class"][node.name] += 1
            elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found["function"][node.name] += 1
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_stands_twice(kind):
    assert {name for name, count in names()[kind].items() if count > 1} == set()
