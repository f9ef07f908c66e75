"""Compiled kernels of a crystal geometry: source written once to a cache folder, imported from there, compiled on
first use.
"""

import hashlib
import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from hammerscale.crystal.codegen import kernel_source
from hammerscale.crystal.geometry import CrystalGeometry
from hammerscale.errors import SetupError
from hammerscale.kernel_cache import VARIABLE

HERE = Path(__file__).parent
MARK = "# BEGIN DRIVER"
_loaded: dict[str, ModuleType] = {}


def load_kernels(geometry: CrystalGeometry) -> ModuleType:
    """Return the module with `evaluate`, the step's stages and `run_batch` for `geometry`."""
    source = module_source(geometry)
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    if digest not in _loaded:
        file = _cache_folder() / f"kernels_{geometry.lattice}_{digest}.py"
        if not file.exists():
            _write_once(file, source)
        _loaded[digest] = _import(file)
    return _loaded[digest]


def module_source(geometry: CrystalGeometry) -> str:
    """Return the whole source: imports, generated kernels, driver."""
    head, body = (HERE / "driver.py").read_text(encoding="utf-8").split(MARK, 1)
    imports = head[head.index("from hammerscale.arrays") : head.index("if TYPE_CHECKING")]
    return kernel_source(geometry).replace("\n\n@njit", f"\n{imports}\n@njit", 1) + body.lstrip("\n")


def _cache_folder() -> Path:
    """Return the folder for generated sources: beside the machine code, in a folder that belongs to this very code."""
    return Path(os.environ[VARIABLE]) / "generated"


def _write_once(file: Path, source: str) -> None:
    """Write under a temporary name and rename, so that processes starting together never read half a file."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=".tmp", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(source)
        Path(name).replace(file)
    except OSError as error:
        raise SetupError(
            f"cannot write compiled-kernel sources to {file.parent}: {error.strerror}",
            "the crystal kernels are generated for the material and compiled once",
            f"set {VARIABLE} to a folder that can be written",
        ) from error


def _import(file: Path) -> ModuleType:
    name = f"hammerscale.crystal.{file.stem}"
    specification = importlib.util.spec_from_file_location(name, file)
    if specification is None or specification.loader is None:
        raise SetupError(f"cannot import {file}")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module
