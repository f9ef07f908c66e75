"""An orphan of a killed controller never puts its result under the name that the next plan believes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from hammerscale.store.lock import folder_lock
from tests.faults.campaign import ROOT, Campaign, running, wait_until

DECK = """
title: tiny block
body: {kind: box, size_mm: [0.5, 0.5, 2.0], elements: [2, 2, 8]}
impact: {kind: wall, velocity_m_s: 50.0}
duration_us: 0.5
frames: 4
"""
PROBLEMS = "problems: {block: {deck: block.yaml, laws: [magnesium_elastic]}}\n"
SURROGATES = "surrogates: {net: {kind: linear, dataset: body, modes: 2}}\n"
OWNER = re.compile(r"process (\d+) on ")


@pytest.fixture
def project(copied):
    """Return a finished campaign whose config has an impact and a training, which nothing is done of."""
    shutil.copytree(ROOT / "config" / "laws", copied.folder / "config" / "laws")
    (copied.folder / "block.yaml").write_text(DECK)
    copied.config_file.write_text(copied.config_file.read_text() + PROBLEMS + SURROGATES)
    return copied


def owner(lock) -> int | None:
    """Return the process that holds a lock, or did last."""
    found = OWNER.match(lock.read_text()) if lock.exists() else None
    return int(found[1]) if found else None


def orphaned_and_replaced(campaign: Campaign, target: str, result: str, edit: tuple[str, str, str]) -> None:
    """Stop a job in the middle, kill its controller, edit a file, start again, and let the orphan go on to its end."""
    lock = folder_lock(campaign.folder / result)
    with running(campaign.snakemake(target)) as first:
        wait_until(lambda: owner(lock) is not None, 120, "the lock of the job")
        orphan = owner(lock)
        os.kill(orphan, signal.SIGSTOP)
        first.kill()
        first.wait(10)
        file, old, new = edit
        text = (campaign.folder / file).read_text()
        assert old in text
        (campaign.folder / file).write_text(text.replace(old, new))
        assert campaign.snakemake("--unlock").wait(60) == 0
        with running(campaign.snakemake(target)) as second:
            logs = campaign.folder / "results/faults/logs"
            wait_until(
                lambda: (
                    second.poll() is not None or any("waiting for" in log.read_text() for log in logs.rglob("*.log"))
                ),
                120,
                "the job of the second controller waits for the orphan",
            )
            with suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGCONT)
            assert second.wait(120) == 0, campaign.log[-3000:]
        wait_until(lambda: not _lives(orphan), 60, "the end of the orphan")
    assert "Traceback" not in campaign.log


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_orphan_of_an_impact_leaves_the_result_of_the_new_deck(project):
    run = "results/faults/runs/block/magnesium_elastic"
    orphaned_and_replaced(project, f"{run}/summary.json", run, ("block.yaml", "duration_us: 0.5", "duration_us: 0.7"))
    summary = json.loads((project.folder / run / "summary.json").read_text())
    assert summary["simulated_time_us"] == pytest.approx(0.7)


def test_the_orphan_of_a_training_leaves_the_model_of_the_new_settings(project):
    model = "results/faults/models/net/paths_800_seed_0"
    orphaned_and_replaced(project, f"{model}/manifest.json", model, ("campaign.yaml", "modes: 2", "modes: 3"))
    assert json.loads((project.folder / model / "metrics.json").read_text())["settings"]["modes"] == 3
