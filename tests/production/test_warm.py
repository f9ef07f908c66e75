"""The kernels of a data set are compiled by one process; on a cluster, into a folder of the node."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hammerscale.ledger.outline_file import current_outline
from hammerscale.production.simulator import build_simulator
from hammerscale.production.warm import warm_kernel_cache
from hammerscale.store.lock import locked, never

ROOT = Path(__file__).parents[2]


@pytest.fixture
def simulator(make_config):
    config = make_config()
    outline = current_outline(config, "body")
    return build_simulator(config, "body", outline, outline.blocks[0], "identity")


@pytest.fixture
def calls(simulator, tmp_path, monkeypatch):
    """What the unit cell is asked for, which does nothing; the cache is a cold one."""
    calls = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(type(simulator.stage_of(0).cell), "response", lambda *arguments: calls.append(arguments))
    return calls


def test_a_cold_cache_is_warmed_once_for_each_kind_of_kernels(simulator, calls):
    for kernels in ("first", "first", "second", "first"):
        warm_kernel_cache(simulator, 0, kernels, never)
    assert len(calls) == 2


def test_nobody_compiles_while_another_process_does_and_who_is_interrupted_waits_no_longer(simulator, calls, tmp_path):
    answers = iter([False, True])
    with locked(tmp_path / "warm.lock", wait=False):
        warm_kernel_cache(simulator, 0, "kernels", lambda: next(answers))
    assert calls == []
    assert next(answers, None) is None


def launch(tmp_path, **environment):
    """What the processes of a shard see as NUMBA_CACHE_DIR when the launcher of ranks starts them."""
    (tmp_path / "show_cache.py").write_text("import os; print(os.environ.get('NUMBA_CACHE_DIR', ''))")
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        [ROOT / "slurm/bin/ranks", "1", "1", "show_cache"],
        env={"PATH": path, "TMPDIR": str(tmp_path), "PYTHONPATH": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_in_a_slurm_job_the_cache_lies_on_the_node_where_nobody_else_writes(tmp_path):
    assert launch(tmp_path) == ""
    folder = Path(launch(tmp_path, SLURM_JOB_ID="1"))
    assert folder.parent == tmp_path
    assert folder.stat().st_uid == os.getuid()
    assert folder.stat().st_mode & 0o777 == 0o700
