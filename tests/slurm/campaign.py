"""The campaign of the fault tests on Slurm: one shard on the ranks of two nodes, one that meets its time limit."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import yaml

from tests.faults.campaign import Campaign, simulations

from .conftest import SLURM

MPI_SHARD, LONG_SHARD = 4, 1
MPI_IDS, LONG_IDS = range(200, 250), range(50, 100)
# The long shard takes 95 s in all; Slurm looks for jobs beyond their limit every half minute.
LONG_RUNTIME_MIN, LONG_SLEEP_S = 1, 1.9


class SlurmCampaign(Campaign):
    """A project folder whose campaign is run by slurm/run and slurm/resume with the real profile, polling faster."""

    def create(self, seconds_per_path: float = 1.2) -> SlurmCampaign:
        """Copy what a campaign on Slurm needs; a shard gets 60 / `seconds_per_path` simulations, 50 if not said."""
        super().create()
        shards = self.config_file.read_text().replace("{default: 1.2}", f"{{default: {seconds_per_path}}}")
        self.config_file.write_text(shards)
        profile = yaml.safe_load((SLURM / "profile" / "config.yaml").read_text())
        profile |= {"slurm-init-seconds-before-status-checks": 3, "latency-wait": 10}
        ranks = f"2 if int(wildcards.shard) == {MPI_SHARD} else 1"
        runtime = f"{LONG_RUNTIME_MIN} * attempt if int(wildcards.shard) == {LONG_SHARD} else 10"
        # The long shard comes first when a place is free, so that it runs beside others in whatever order they come.
        nice = f"'' if int(wildcards.shard) == {LONG_SHARD} else '--nice=1000'"
        simulate = {"tasks": ranks, "nodes": ranks, "runtime": runtime, "slurm_extra": nice}
        profile["set-resources"] = {"simulate_shard": simulate, "plot_dataset": {"gpu": 1}}
        shutil.copytree(SLURM / "profile", self.folder / "profile")
        (self.folder / "profile" / "config.yaml").write_text(yaml.safe_dump(profile))
        return self

    def slurm(self, *command: str, sleep: float = 0.06) -> subprocess.Popen[bytes]:
        """Start a command of slurm/ whose simulations take `sleep` seconds longer and are noted in a journal."""
        slow = dict.fromkeys(map(str, LONG_IDS), LONG_SLEEP_S)
        faults = {"sleep": sleep, "slow": slow, "flush": 1.0, "journal": str(self.journal)}
        command = ("env", "HAMMERSCALE_SLURM_PROFILE=profile", *command, "--configfile", "campaign.yaml")
        return self.start([*command], faults)

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    @property
    def lines(self) -> list[str]:
        return self.journal.read_text().splitlines() if self.journal.exists() else []

    def on(self, node: str) -> int:
        """Number of simulations that ended on a node."""
        return sum(f" {node}:" in line and " end " in line for line in self.lines)

    def jobs_of_shard(self, number: int) -> list[str]:
        """Ids of the jobs that were submitted for a shard, in this order."""
        return re.findall(rf"/rule_simulate_shard/body_{number:04d}[^/]*/(\d+)\.log", self.log)

    def simulated(self, ids: range) -> list[int]:
        """Those of the ids that were computed to their end; one computed twice is there twice."""
        return [identifier for identifier in simulations(self.journal) if identifier in ids]


def jobs_on(node: str) -> list[str]:
    """Ids of the jobs that run on a node, those on several nodes excepted."""
    command = ["squeue", "-h", "-t", "R", "-w", node, "-o", "%i %D"]
    rows = subprocess.run(command, capture_output=True, text=True, timeout=30).stdout.splitlines()
    return [row.split()[0] for row in rows if row.split()[1] == "1"]


def in_queue(job: str) -> bool:
    """Whether a job waits or runs."""
    command = ["squeue", "-h", "-j", job, "-t", "PD,R,CG"]
    return bool(subprocess.run(command, capture_output=True, text=True, timeout=30).stdout.strip())
