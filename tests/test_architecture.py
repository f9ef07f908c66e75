"""Every contract on imports holds and notices what breaks it; files and functions stay short."""

import ast
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# By contract: the module that gets a forbidden line, and the line.
BREACHES = {
    "One way down": ("tensor/voigt.py", "import hammerscale.plan.campaign_plan"),
    "Only the store writes NetCDF": ("workflow.py", "import netCDF4"),
    "HDF5 is for the store, training data and the fields of an impact": ("study/claims.py", "import h5py"),
    "The solver knows materials by their protocol only": (
        "macro/explicit/contact.py",
        "import hammerscale.crystal.material",
    ),
    "A figure draws and never computes": ("study/claims.py", "import hammerscale.cell.taylor"),
    "A law runs without torch": ("laws/law.py", "import hammerscale.surrogate.training.tensors"),
    "A node that trains needs no workflow packages": ("surrogate/norms.py", "import pydantic"),
}


@pytest.fixture
def source(tmp_path):
    """A copy of the package, in which imports may be spoilt."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path / "src"


def checked(source: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts on a copy of the package."""
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--config", source.parent / "pyproject.toml", "--no-cache"],
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_package_keeps_every_contract(source):
    result = checked(source)
    assert result.returncode == 0, result.stdout
    for contract in BREACHES:
        assert f"{contract} KEPT" in result.stdout


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_noticed(source, contract):
    module, line = BREACHES[contract]
    file = source / "hammerscale" / module
    file.write_text(f"{file.read_text()}\n{line}\n")
    result = checked(source)
    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout


def test_functions_are_short():
    files = [file for file in (ROOT / "src").rglob("*.py") if "__pycache__" not in file.parts]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    lengths = [node.end_lineno - node.lineno + 1 for node in nodes if isinstance(node, ast.FunctionDef)]
    assert statistics.median(lengths) <= 15
    assert sum(length <= 40 for length in lengths) >= 0.9 * len(lengths)


def test_no_file_has_more_than_400_lines():
    files = [file for name in ("src", "tests", "bench", "tools") for file in (ROOT / name).rglob("*.py")]
    long = [file for file in files if "__pycache__" not in file.parts and file.read_text("utf-8").count("\n") > 400]
    assert long == []
