"""Who may run and whose jobs are cancelled: slurm/run and slurm/resume on a queue that is a text file.

The commands of Slurm and Snakemake are stand-ins, so these tests need no Slurm.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.faults.campaign import ENVIRONMENT, running

from .conftest import SLURM, wait_for

UUID = "01234567-89ab-cdef-0123-456789abcdef"
# Each notes how it was called; a Snakemake that is told so stays alive until it is killed.
PROGRAMS = {
    "squeue": "cat queue 2>/dev/null || true",
    "scancel": 'echo "$@" >>cancelled; for job in "$@"; do sed -i "/^$job|/d" queue; done',
    "snakemake": 'echo "$$ $*" >>started; [ -z "$STAY" ] || exec sleep 60',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project folder with campaigns a and b, and stand-ins for the commands."""
    (tmp_path / "bin").mkdir()
    for name, text in PROGRAMS.items():
        program = tmp_path / "bin" / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump({"campaign": {"name": name}}))
    return tmp_path


def environment(folder: Path, **more: str) -> dict[str, str]:
    path = os.pathsep.join([str(folder / "bin"), ENVIRONMENT["PATH"]])
    return {**ENVIRONMENT, "PATH": path, "STAY": "", "SLURM_JOB_ID": "", **more}


def call(folder: Path, verb: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run slurm/`verb` to its end."""
    command = [str(SLURM / verb), *arguments]
    return subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=60)


@pytest.fixture
def living(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run of campaign a that lives."""
    command = [str(SLURM / "run"), "--configfile", "a.yaml"]
    process = subprocess.Popen(command, cwd=folder, env=environment(folder, STAY="1"), start_new_session=True)
    with running(process):
        wait_for((folder / "started").exists, 30, "the first Snakemake")
        yield process


def put_in_queue(folder: Path, *jobs: tuple[int, str]) -> None:
    """Let jobs of campaigns wait in the queue, submitted from the folder."""
    (folder / "queue").write_text("".join(f"{job}|hammerscale-{name}_{UUID}|{folder}\n" for job, name in jobs))


def test_a_second_run_is_refused_and_resume_still_knows_the_first(
    folder: Path, living: subprocess.Popen[bytes]
) -> None:
    put_in_queue(folder, (1, "a"))
    second = call(folder, "run", "--configfile", "a.yaml")
    assert second.returncode == 1
    assert f"campaign a already runs in this folder (host, process, job: {os.uname().nodename} {living.pid} -)" in (
        second.stderr
    )
    for dead in ([], ["--old-run-is-dead"]):
        resumed = call(folder, "resume", *dead, "--configfile", "a.yaml")
        assert resumed.returncode == 1
        assert f"process {living.pid} still runs Snakemake for campaign a" in resumed.stderr
    assert not (folder / "cancelled").exists()
    assert len((folder / "started").read_text().splitlines()) == 1


@pytest.mark.parametrize("option", ["-n", "--dry-run", "-np"])
def test_a_dry_run_beside_a_living_run_is_allowed_and_changes_nothing(
    folder: Path, living: subprocess.Popen[bytes], option: str
) -> None:
    put_in_queue(folder, (1, "a"))
    assert call(folder, "run", "--configfile", "a.yaml", option).returncode == 0
    resumed = call(folder, "resume", "--configfile", "a.yaml")
    assert f"process {living.pid} still runs" in resumed.stderr
    assert not (folder / "cancelled").exists()


def test_resume_cancels_the_jobs_of_its_own_dead_run_alone(folder: Path, living: subprocess.Popen[bytes]) -> None:
    living.kill()
    living.wait(10)
    put_in_queue(folder, (1, "a"), (2, "b"), (3, "a"), (4, "a-b"))
    with (folder / "queue").open("a") as queue:
        queue.write(f"5|hammerscale-a_{UUID}|{folder / 'bin'}\n6|other|{folder}\n")
    resumed = call(folder, "resume", "--configfile", "a.yaml")
    assert resumed.returncode == 0, resumed.stderr
    assert (folder / "cancelled").read_text() == "1 3\n"
    started = (folder / "started").read_text().splitlines()
    assert [line.endswith("--unlock") for line in started] == [False, True, False]


def test_two_campaigns_live_in_one_folder_and_the_one_resumes_beside_the_other(
    folder: Path, living: subprocess.Popen[bytes]
) -> None:
    put_in_queue(folder, (1, "a"), (2, "b"))
    assert call(folder, "resume", "--configfile", "b.yaml").returncode == 0
    assert (folder / "cancelled").read_text() == "2\n"
    assert living.poll() is None


def test_a_run_on_a_host_that_cannot_be_seen_is_believed_alive_until_told_otherwise(folder: Path) -> None:
    (folder / ".snakemake").mkdir()
    (folder / ".snakemake" / "slurm-controller-a").write_text("elsewhere 17 -\n")
    put_in_queue(folder, (1, "a"))
    assert "the old run was process 17 on elsewhere" in call(folder, "resume", "--configfile", "a.yaml").stderr
    assert not (folder / "cancelled").exists()
    assert call(folder, "resume", "--old-run-is-dead", "--configfile", "a.yaml").returncode == 0
    assert (folder / "cancelled").read_text() == "1\n"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ([], "default"),
        (["--configfile", "a.yaml"], "a"),
        (["--configfile", "a.yaml", "b.yaml", "--until", "simulate_shard"], "b"),
        (["--configfiles=a.yaml"], "a"),
        (["--configfile", "a.yaml", "--config", "campaign={seed: 3, name: c}"], "c"),
        (["-n", "--configfile", "a.yaml", "-C", "campaign.name=d"], "d"),
        (["--configfile", "a.yaml", "--config", "campaign.seed=3"], "a"),
    ],
)
def test_jobs_bear_the_name_of_the_campaign_that_is_meant(folder: Path, arguments: list[str], name: str) -> None:
    assert call(folder, "run", *arguments).returncode == 0
    assert f"--slurm-jobname-prefix hammerscale-{name} " in (folder / "started").read_text().replace("\n", " ")


@pytest.mark.parametrize("name", [".*", "a|b", "[ab]", "../../a", "$(touch ran)", "a b", "a\nb", ""])
@pytest.mark.parametrize("verb", ["run", "resume"])
def test_a_name_that_is_a_pattern_or_a_path_is_refused_and_cancels_nothing(folder: Path, verb: str, name: str) -> None:
    put_in_queue(folder, (1, "a"), (2, "b"))
    (folder / "odd.yaml").write_text(yaml.safe_dump({"campaign": {"name": name}}))
    for arguments in (["--configfile", "odd.yaml"], ["--configfile", "a.yaml", "--config", f"campaign.name={name}"]):
        refused = call(folder, verb, *arguments)
        assert refused.returncode == 1
        assert "does not say which campaign is meant" in refused.stderr
    assert not {"cancelled", "started", "ran"} & {entry.name for entry in folder.iterdir()}


def test_the_name_is_compared_as_text(folder: Path) -> None:
    # A stand-in gives a name that no check refused.
    (folder / "slurm" / "bin").mkdir(parents=True)
    shutil.copy(SLURM / "resume", folder / "slurm" / "resume")
    (folder / "slurm" / "run").symlink_to(SLURM / "run")
    stand_in = folder / "slurm" / "bin" / "campaign-name"
    stand_in.write_text("#!/bin/sh\necho '.*'\n")
    stand_in.chmod(0o755)
    put_in_queue(folder, (1, "a"), (2, "b"))
    subprocess.run([folder / "slurm" / "resume"], cwd=folder, env=environment(folder), timeout=60, check=True)
    assert not (folder / "cancelled").exists()


def test_an_alias_bomb_or_a_pipe_as_a_config_ends_at_once(folder: Path) -> None:
    lines = [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 9)]
    (folder / "bomb.yaml").write_text("\n".join(["a0: &a0 {x: y}", *lines]))
    os.mkfifo(folder / "pipe.yaml")
    for name in ("bomb.yaml", "pipe.yaml"):
        refused = call(folder, "run", "--configfile", name)
        assert refused.returncode == 1
        assert "does not say which campaign is meant" in refused.stderr


def test_a_config_that_cannot_be_read_cancels_nothing(folder: Path) -> None:
    put_in_queue(folder, (1, "default"))
    (folder / "broken.yaml").write_text("campaign: [")
    resumed = call(folder, "resume", "--configfile", "broken.yaml")
    assert resumed.returncode == 1
    assert "does not say which campaign is meant" in resumed.stderr
    assert "Traceback" not in resumed.stderr
    assert not (folder / "cancelled").exists()
