"""A copy of the workflow in a temporary folder, with a campaign of the elastic body."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = """
campaign: {name: tiny, seed: 5}
datasets:
  body:
    rev: {kind: elastic, material: config/materials/magnesium.yaml}
    duration_s: 1.0e-6
    output_times: 11
    paths:
      - {family: random_walk, split: train, count: 10, max_strain: 0.1}
      - {family: uniaxial, split: test, count: 4, max_strain: 0.1}
    shards: {target_minutes: 1, seconds_per_path: {default: 12}}
"""

SURROGATES = """
surrogates:
  few: {kind: linear, dataset: body, train_paths: [5, 10], modes: 2}
  body: {kind: elastic, dataset: body, folds: 2}
comparisons:
  table1:
    file: config/reference/liu_2022_errors.csv
    rows: [{row: 13, surrogate: body, tested_on: body, family: uniaxial}]
"""


class Workflow:
    """A folder with the workflow, in which Snakemake can be run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("Snakefile", "workflow", "profiles", "envs", "slurm", "config"):
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
        (folder / "tiny.yaml").write_text(CONFIG)

    def snakemake(self, *arguments: str, config: str = "tiny.yaml") -> subprocess.CompletedProcess[str]:
        """Run Snakemake and return what it said."""
        binaries = Path(sys.executable).parent
        return subprocess.run(
            [binaries / "snakemake", "--configfile", config, *arguments],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def planned(self, *arguments: str) -> dict[str, int]:
        """Return how many jobs of each rule a dry run plans."""
        result = self.snakemake("--dry-run", "--quiet", "host", *arguments)
        assert result.returncode == 0, result.stderr
        lines = (result.stdout + result.stderr).splitlines()
        if not any(line.startswith("Job stats") for line in lines):
            return {}
        start = next(i for i, line in enumerate(lines) if line.startswith("Job stats")) + 3
        table = (line.split() for line in lines[start:])
        counts = {}
        for row in table:
            if len(row) != 2 or row[0] == "total":
                break
            counts[row[0]] = int(row[1])
        return counts

    def edit(self, old: str, new: str, file: str = "tiny.yaml") -> None:
        """Replace text in a file."""
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def workflow(tmp_path):
    """A fresh workflow folder."""
    return Workflow(tmp_path)


@pytest.fixture(scope="session")
def finished_template(tmp_path_factory):
    """A workflow folder whose tiny campaign has run; treat it as read-only."""
    workflow = Workflow(tmp_path_factory.mktemp("finished"))
    result = workflow.snakemake()
    assert result.returncode == 0, result.stderr
    return workflow


@pytest.fixture
def finished(finished_template, tmp_path):
    """A copy of the finished campaign, time stamps included."""
    shutil.copytree(finished_template.folder, tmp_path, dirs_exist_ok=True, symlinks=True)
    copy = Workflow.__new__(Workflow)
    copy.folder = tmp_path
    return copy


@pytest.fixture(scope="session")
def trained_template(tmp_path_factory):
    """A workflow folder whose campaign has trained its surrogates; treat it as read-only."""
    workflow = Workflow(tmp_path_factory.mktemp("trained"))
    (workflow.folder / "tiny.yaml").write_text(CONFIG + SURROGATES)
    result = workflow.snakemake()
    assert result.returncode == 0, result.stderr
    workflow.said = result.stderr
    return workflow
