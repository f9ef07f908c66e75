"""A file that is edited while the workflow runs is refused where it is read, and nothing is written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hammerscale.config import load
from hammerscale.plan.controller import WorkflowPlan as Controller
from hammerscale.store.plan_record import VARIABLE, read_plan_record
from tests.faults.campaign import ENVIRONMENT, ROOT
from tests.faults.test_orphans import DECK, PROBLEMS

CONFIG = """
campaign: {name: faults, seed: 11, results: results}
datasets:
  body:
    rev: {kind: taylor, material: config/materials/magnesium.yaml, texture: {kind: file, file: texture.csv}}
    duration_s: 1.0e-6
    output_times: 11
    paths:
      - {family: file, name: given, split: test, file: path.csv}
    shards: {target_minutes: 1, seconds_per_path: {default: 1.2}}
"""
PATH = "t,U11,U22,U33,U12,U23,U13\n0,1,1,1,0,0,0\n1,1.01,1,1,0,0,0\n"
TEXTURE = "phi1,Phi,phi2\n10,20,30\n40,50,60\n"
LAW = "config/laws/magnesium_elastic.yaml"
FILES = ("block.yaml", LAW, "config/materials/magnesium.yaml", "texture.csv", "path.csv")
JOBS = {
    "impact": ("impact", "block.yaml", "--law", "magnesium_elastic", "-o", "results/run"),
    "simulate": ("simulate", "--dataset", "body", "--shard", "0", "--configfile", "results/faults/config.json"),
}
READ_BY = {"block.yaml": "impact", LAW: "impact", "texture.csv": "simulate", "path.csv": "simulate"}


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """Return the folder of a campaign that a controller has planned, and the mark of its jobs."""
    for name in ("materials", "laws"):
        shutil.copytree(ROOT / "config" / name, tmp_path / "config" / name)
    texts = {"campaign.yaml": CONFIG + PROBLEMS, "block.yaml": DECK, "path.csv": PATH, "texture.csv": TEXTURE}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    mark = Controller(load([Path("campaign.yaml")])).announce()
    return tmp_path, mark


def job(folder: Path, mark: str, *verb: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hammerscale", *verb]
    environment = {**ENVIRONMENT, VARIABLE: mark}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_every_file_that_jobs_read_is_part_of_the_plan(planned):
    folder, _ = planned
    plan = read_plan_record(folder / "results/faults/plan.json")
    assert {os.path.normpath(name) for name in plan.files} >= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_job_refuses_a_file_that_was_edited_since_the_plan(planned, name):
    folder, mark = planned
    text = (folder / name).read_text()
    (folder / name).write_text(text + ("# a comment\n" if name.endswith("yaml") else "\n"))
    done = job(folder, mark, *JOBS[READ_BY.get(name, "impact")])
    assert done.returncode == 2, done.stderr
    assert f"{name} changed since the workflow was started" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(folder.rglob("*.nc"))


def test_a_job_whose_files_are_as_planned_runs(planned):
    done = job(*planned, *JOBS["impact"])
    assert done.returncode == 0, done.stderr
