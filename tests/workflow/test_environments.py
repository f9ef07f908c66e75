"""The conda definitions, the constraints and pyproject.toml name the same packages."""

import hashlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
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


def pinned() -> list[tuple[str, str, list[str]]]:
    """Return name, version and hashes of every pin."""
    lines = [line for line in (ROOT / "envs" / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    found = [
        (re.match(r"([a-z0-9.-]+)==([^ \\]+)", entry), re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
        for entry in "\n".join(lines).replace("\\\n", " ").splitlines()
    ]
    return [(match[1], match[2], hashes) for match, hashes in found]


def test_every_pin_has_the_hashes_of_its_files():
    assert [name for name, _, hashes in pinned() if not hashes] == []


def test_a_file_of_another_hash_is_not_installed(tmp_path):
    wheel = tmp_path / "index" / "example-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("example-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: example\nVersion: 1.0\n")
        archive.writestr("example-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("example-1.0.dist-info/RECORD", "")
    true = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for digest, code in ((true, 0), ("0" * 64, 1)):
        pins = tmp_path / "pins.txt"
        pins.write_text(f"example==1.0 --hash=sha256:{digest}\n")
        command = [sys.executable, "-m", "pip", "--isolated", "install", "--quiet", "--no-index", "--dry-run"]
        command += ["--find-links", str(wheel.parent), "--require-hashes", "--requirement", str(pins)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"PIP_CONFIG_FILE": os.devnull})
        assert done.returncode == code, done.stderr


def test_every_direct_requirement_is_pinned():
    pins = {name for name, _, _ in pinned()}
    extras = ("core", "mpi", "slurm", "train", "dev")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = project["dependencies"] + [r for e in extras[1:] for r in project["optional-dependencies"][e]]
    # The Makefile installs torch, whose build differs from index to index.
    assert {parse(entry)[0] for entry in listed} - pins == {"torch"}


def test_setup_installs_what_has_a_hash_and_torch_by_its_version():
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"pip install --quiet torch==[\d.]+\n", makefile)
    assert "pip install --quiet --require-hashes --requirement envs/constraints.txt\n" in makefile
