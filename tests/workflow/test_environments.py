"""The conda definitions, the constraints and pyproject.toml name the same packages."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
# conda-forge has other names for some, and brings an MPI library of its own with mpi4py.
CONDA_NAMES = {"torch": "pytorch", "snakemake": "snakemake-minimal", "mpich": None}


def parse(requirement: str) -> tuple[str, str]:
    """Return the name and the version rule of a requirement."""
    name, rule = re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", requirement).groups()
    return name.lower(), rule


def required(*extras: str) -> dict[str, str]:
    """Return what pyproject.toml asks for under conda's names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    listed = [*(project["dependencies"] if "core" in extras else []), *(r for e in extras[1:] for r in optional[e])]
    named = {CONDA_NAMES.get(name, name): rule for name, rule in map(parse, listed)}
    return {name: rule for name, rule in named.items() if name}


def conda(file: str) -> dict[str, str]:
    """Return the packages of a conda definition, those it takes from pip included."""
    entries = yaml.safe_load((ROOT / "envs" / file).read_text())["dependencies"]
    flat = [entry for entry in entries if isinstance(entry, str)]
    flat += [inner for entry in entries if isinstance(entry, dict) for inner in entry["pip"]]
    return {name: rule for name, rule in map(parse, flat) if name not in ("pip",)}


def test_processor_nodes_get_what_the_project_asks_for():
    assert conda("cpu.yaml") == {"python": "=3.11", **required("core", "mpi", "slurm")}


def test_nodes_that_train_get_what_training_asks_for():
    found = conda("gpu.yaml")
    assert required("", "train").items() <= found.items()
    core = required("core")
    assert all(core[name] == rule for name, rule in found.items() if name in core)


def test_every_direct_requirement_is_pinned():
    lines = (ROOT / "envs" / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    extras = ("core", "mpi", "slurm", "train", "dev")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = project["dependencies"] + [r for e in extras[1:] for r in project["optional-dependencies"][e]]
    assert {parse(entry)[0] for entry in listed} <= set(pins)


def test_torch_is_pinned_alike_in_makefile_and_constraints():
    version = re.search(r"torch==([\d.]+)", (ROOT / "Makefile").read_text()).group(1)
    assert f"torch=={version}\n" in (ROOT / "envs" / "constraints.txt").read_text()
