"""Compiled kernels of a crystal geometry: source written once to a cache folder, imported from there, compiled on
first use.
"""

import hashlib
import importlib
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from hammerscale.crystal.backend.generator import kernel_source
from hammerscale.crystal.geometry import CrystalGeometry
from hammerscale.errors import SetupError
from hammerscale.kernel_cache import VARIABLE

HERE = Path(__file__).parent
_loaded: dict[str, ModuleType] = {}


def load_kernels(geometry: CrystalGeometry) -> ModuleType:
    """Return the driver of `geometry`: a module with `run_batch` and the generated kernels that it calls."""
    digest = hashlib.sha256(repr(geometry.key).encode()).hexdigest()[:16]
    name = f"kernels_{geometry.lattice}_{digest}"
    if name not in _loaded:
        # The place belongs to this very code, so what lies there is what would be generated.
        folder = Path(os.environ[VARIABLE]) / "generated" / name
        if not folder.exists():
            _write_once(folder, geometry)
        _loaded[name] = _import_driver(folder)
    return _loaded[name]


def _write_once(folder: Path, geometry: CrystalGeometry) -> None:
    """Write under a temporary name and rename, so that processes starting together never read half a module."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder.parent))
        (scratch / "grain_kernels.py").write_text(kernel_source(geometry), encoding="utf-8")
        for name in ("driver.py", "powers.py"):
            shutil.copy(HERE / name, scratch)
        method = "implicit_attempt.py" if geometry.implicit else "explicit_attempt.py"
        shutil.copy(HERE / method, scratch / "attempt.py")
        # Another process may have been first.
        with suppress(OSError):
            scratch.rename(folder)
        shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise SetupError(
            f"cannot write compiled-kernel sources to {folder.parent}: {error.strerror}",
            "the crystal kernels are generated for the material and compiled once",
            f"set {VARIABLE} to a folder that can be written",
        ) from error


def _import_driver(folder: Path) -> ModuleType:
    """Return the driver in a folder, which is made a package of its own."""
    package = ModuleType(f"hammerscale.crystal.{folder.name}")
    package.__path__ = [str(folder)]
    sys.modules[package.__name__] = package
    return importlib.import_module(f"{package.__name__}.driver")
