import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hammerscale.crystal.backend import kernels
from hammerscale.crystal.backend.generator import kernel_source
from hammerscale.crystal.backend.kernels import load_kernels
from hammerscale.crystal.geometry import crystal_geometry
from hammerscale.errors import InputError, SetupError
from tests.crystal.materials import MAGNESIUM, with_rate_exponent


def test_equal_geometry_shares_one_module():
    stronger = replace(MAGNESIUM, shear_modulus=2.0 * MAGNESIUM.shear_modulus)
    assert load_kernels(crystal_geometry(MAGNESIUM)) is load_kernels(crystal_geometry(stronger))


def test_axial_ratio_changes_the_kernels():
    other = replace(MAGNESIUM, c_over_a=1.6)
    assert kernel_source(crystal_geometry(other)) != kernel_source(crystal_geometry(MAGNESIUM))


def test_integer_flow_exponents_need_no_power_function():
    assert "**" not in kernel_source(crystal_geometry(with_rate_exponent(MAGNESIUM, 0.2)))


def test_sources_are_written_below_the_chosen_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    load_kernels(crystal_geometry(replace(MAGNESIUM, c_over_a=1.61)))
    (folder,) = (tmp_path / "generated").iterdir()
    assert {file.name for file in folder.glob("*.py")} == {"attempt.py", "driver.py", "grain_kernels.py", "powers.py"}


def test_a_warm_start_generates_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    geometry = crystal_geometry(replace(MAGNESIUM, c_over_a=1.605))
    load_kernels(geometry)
    monkeypatch.setattr(kernels, "_loaded", {})
    monkeypatch.setattr(kernels, "kernel_source", None)
    assert load_kernels(geometry).__name__.endswith("driver")


def test_cache_folder_that_cannot_be_written_is_explained(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    with pytest.raises(SetupError, match="NUMBA_CACHE_DIR"):
        load_kernels(crystal_geometry(replace(MAGNESIUM, c_over_a=1.615)))


def test_processes_that_start_together_write_one_whole_source(tmp_path):
    code = (
        "from dataclasses import replace\n"
        "from hammerscale.crystal.geometry import crystal_geometry\n"
        "from hammerscale.crystal.backend.kernels import load_kernels\n"
        "from tests.crystal.materials import MAGNESIUM\n"
        "print(load_kernels(crystal_geometry(replace(MAGNESIUM, c_over_a=1.59))).run_batch.__name__)\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    root = Path(__file__).parents[3]
    racers = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=root, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [racer.communicate(timeout=120)[0] for racer in racers] == [b"run_batch\n"] * 3
    assert len(list(tmp_path.glob("*/generated/*"))) == 1


@pytest.mark.parametrize("exponent", [0.0, -0.5, float("nan")])
def test_rate_exponent_must_be_positive(exponent):
    with pytest.raises(InputError, match="rate exponent"):
        crystal_geometry(with_rate_exponent(MAGNESIUM, exponent))


def test_material_without_slip_is_refused():
    with pytest.raises(InputError, match="no slip family"):
        crystal_geometry(replace(MAGNESIUM, slip=()))
