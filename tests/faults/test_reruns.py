"""What a change affects runs again exactly, as dry runs tell; tests/workflow has touched files and larger campaigns."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.faults.campaign import ENVIRONMENT, ROOT

ALL = {"simulate_shard": 20, "gather_dataset": 1, "plot_dataset": 1, "tabulate_campaign": 1}
DESIGN = {"design_paths": 1}
TWO_SHARDS = ALL | DESIGN | {"simulate_shard": 2}


def planned(campaign, source=""):
    """Rule → number of jobs that a dry run plans; `source` holds a package to use instead of the installed one."""
    command = ["snakemake", "--configfile", "campaign.yaml", "--dry-run"]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(source)} if source else ENVIRONMENT
    done = subprocess.run(
        command, cwd=campaign.folder, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    output = done.stdout + done.stderr
    if "Nothing to be done" in output:
        return {}
    table = output[output.rindex("Job stats:") :]
    counts = {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", table, flags=re.MULTILINE)}
    return {name: count for name, count in counts.items() if name not in ("all", "total")}


def edit(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_edited_comments_rerun_nothing(copied):
    for file in (*copied.folder.glob("workflow/rules/*.smk"), copied.folder / "Snakefile", copied.config_file):
        file.write_text(f"# another comment\n{file.read_text()}\n# and one more\n")
    edit(copied.folder / "config/materials/magnesium.yaml", "\n", "\n# a comment\n")
    edit(copied.config_file, "duration_s: 1.0e-6", "duration_s: 0.000001")
    assert planned(copied) == {}


@pytest.mark.parametrize(
    ("old", "new", "jobs"),
    [
        ("duration_s: 1.0e-6", "duration_s: 2.0e-6", ALL | DESIGN),
        ("test, count: 100, max_strain: 0.1", "test, count: 100, max_strain: 0.2", TWO_SHARDS),
    ],
)
def test_a_changed_value_reruns_exactly_what_it_affects(copied, old, new, jobs):
    edit(copied.config_file, old, new)
    assert planned(copied) == jobs


def test_another_physics_version_reruns_every_simulation(copied, tmp_path):
    shutil.copytree(ROOT / "src" / "hammerscale", tmp_path / "src" / "hammerscale")
    assert planned(copied, tmp_path / "src") == {}
    version = tmp_path / "src" / "hammerscale" / "cell" / "physics_version.py"
    edit(version, 'PHYSICS_VERSION = "', 'PHYSICS_VERSION = "another ')
    assert planned(copied, tmp_path / "src") == ALL
