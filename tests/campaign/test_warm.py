"""The kernels of a data set are compiled by one process of a node, and only where a node has a cache of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from hammerscale.campaign.outline_file import current_outline
from hammerscale.campaign.simulator import build_simulator
from hammerscale.campaign.warm import warm_node_cache

ROOT = Path(__file__).parents[2]


@pytest.fixture
def simulator(make_config):
    config = make_config()
    return build_simulator(config, "body", current_outline(config, "body").blocks[0], "identity")


def test_a_cold_cache_is_warmed_once(simulator, tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    calls = []
    monkeypatch.setattr(type(simulator.cell), "response", lambda *arguments: calls.append(arguments))
    for _ in range(3):
        warm_node_cache(simulator, 0)
    assert len(calls) == 1
    assert (tmp_path / "identity.warm").exists()


def test_nothing_runs_where_the_node_has_no_cache_of_its_own(simulator, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(type(simulator.cell), "response", lambda *arguments: pytest.fail("ran"))
    warm_node_cache(simulator, 0)


def launch(tmp_path, **environment):
    """What a command sees as NUMBA_CACHE_DIR when the launcher of ranks starts it."""
    command = [ROOT / "slurm/bin/ranks", "1", "1", "sh", "-c", "echo $NUMBA_CACHE_DIR"]
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        command, env={"PATH": path, "TMPDIR": str(tmp_path), **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_in_a_slurm_job_the_cache_lies_on_the_node_and_belongs_to_the_code(tmp_path):
    assert launch(tmp_path) == ""
    first = launch(tmp_path, SLURM_JOB_ID="1")
    assert first.startswith(f"{tmp_path}/hammerscale-numba-")
    package = tmp_path / "src" / "hammerscale"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Other code."""')
    assert launch(tmp_path, SLURM_JOB_ID="1", PYTHONPATH=str(package.parent)) != first
