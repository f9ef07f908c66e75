"""The campaign that every fault is tried on: 20 shards of 50 simulations of the elastic body."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hammerscale.config import Config, load
from hammerscale.ledger.places import dataset_file, parts_folder
from hammerscale.production.gather import gather_dataset
from hammerscale.store.netcdf import read_netcdf, verify_file
from tests.production.places import shard_file

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHARDS, SIMULATIONS = 20, 1000
# Everything but what a simulation cost and where it was computed.
PHYSICS = ("path", "time", "stretch", "stress", "stored_energy", "dissipation", "outcome", "last_good_time", "split")
TEXT = """
campaign: {name: faults, seed: 11, results: results}
datasets:
  body:
    rev: {kind: elastic, material: config/materials/magnesium.yaml}
    duration_s: 1.0e-6
    output_times: 21
    paths:
      - {family: random_walk, split: train, count: 800, max_strain: 0.1}
      - {family: load_unload, split: validation, count: 100, max_strain: 0.1}
      - {family: cavity, split: test, count: 100, max_strain: 0.1}
    shards: {target_minutes: 1, seconds_per_path: {default: 1.2}}
"""
PROGRAM = f"""#!/bin/sh
echo "$SLURMD_NODENAME device=$CUDA_VISIBLE_DEVICES $*" >> verbs
case "$*" in
  "-m mpi4py"*simulate*) shift 2; exec {sys.executable} -m mpi4py {HERE / "worker.py"} "$@";;
  *simulate*) exec {sys.executable} {HERE / "worker.py"} "$@";;
  *) exec {sys.executable} "$@";;
esac
"""
ENVIRONMENT = {
    **os.environ,
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Campaign:
    """A project folder of its own, with the workflow, so that a test may edit what it likes."""

    folder: Path

    def create(self) -> Campaign:
        """Copy what a campaign needs into the folder, and a `python` that starts simulations with faults."""
        for name in ("workflow", "profiles", "config/materials", "envs", "slurm"):
            shutil.copytree(ROOT / name, self.folder / name)
        shutil.copy(ROOT / "Snakefile", self.folder)
        self.config_file.write_text(TEXT)
        program = self.folder / "bin" / "python"
        program.parent.mkdir()
        program.write_text(PROGRAM)
        program.chmod(0o755)
        return self

    def copy(self, folder: Path) -> Campaign:
        """Return a copy of the campaign with all that is finished."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Campaign(folder)

    @property
    def config_file(self) -> Path:
        return self.folder / "campaign.yaml"

    @property
    def config(self) -> Config:
        """The config with absolute paths, for the process of the tests."""
        results = f"campaign.results={self.folder / 'results'}"
        return load([self.config_file], [results, f"datasets.body.rev.material={ROOT}/config/materials/magnesium.yaml"])

    @property
    def data(self) -> Path:
        return self.folder / "results" / "faults" / "data" / "body"

    def shard(self, number: int) -> Path:
        return shard_file(self.config, "body", number)

    def parts(self, number: int) -> Path:
        return parts_folder(self.shard(number))

    def forget(self, *numbers: int) -> None:
        """Remove finished shards, and the data set that was made of them."""
        for file in (*map(self.shard, numbers), dataset_file(self.config, "body")):
            file.unlink()

    def worker(
        self, limits: Callable[[], None] | None = None, ranks: int = 1, **faults: object
    ) -> subprocess.Popen[bytes]:
        """Start a process, or MPI ranks, that compute all shards, with faults (see worker.py) and resource limits."""
        interpreter = ["mpiexec", "-n", str(ranks), sys.executable, "-m", "mpi4py"] if ranks > 1 else [sys.executable]
        command = [*interpreter, str(HERE / "worker.py"), "shards", "campaign.yaml", str(ranks)]
        return self.start(command, faults, limits)

    def ranks(self, number: int, **faults: object) -> subprocess.Popen[bytes]:
        """Start the job of one shard on two ranks as its rule does."""
        job = f"slurm/bin/ranks 2 1 hammerscale simulate --dataset body --shard {number} --ranks 2"
        return self.start([*job.split(), "--configfile", "campaign.yaml"], faults)

    def snakemake(self, *options: str, **faults: object) -> subprocess.Popen[bytes]:
        """Start a controller whose simulations have faults."""
        command = ["snakemake", "--configfile", "campaign.yaml", "--cores", "2", *options]
        return self.start(command, faults)

    def start(
        self, command: list[str], faults: Mapping[str, object], limits: Callable[[], None] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a command in the folder; its simulations have the faults, its output goes to run.log."""
        path = os.pathsep.join([str(self.folder / "bin"), ENVIRONMENT["PATH"]])
        with self.log_file.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env={**ENVIRONMENT, "PATH": path, "FAULTS": json.dumps(faults)},
                stdout=log,
                stderr=log,
                preexec_fn=limits,
                start_new_session=True,
            )

    @property
    def log_file(self) -> Path:
        return self.folder / "run.log"

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def finish(self, ranks: int = 1) -> None:
        """Compute what is missing, without faults, and gather."""
        assert self.worker(ranks=ranks).wait(300) == 0, self.log[-2000:]
        gather_dataset(self.config, "body")

    def physics(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return what was computed, from the verified data set."""
        file = dataset_file(self.config, "body")
        verify_file(file)
        contents = read_netcdf(file)
        return {name: contents.variables[name].data for name in PHYSICS}


def assert_complete_and_equal(campaign: Campaign, undisturbed: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Every id is there exactly once, every bit is that of the run without faults, and no parts are left."""
    physics = campaign.physics()
    assert physics["path"].size == np.unique(physics["path"]).size == SIMULATIONS
    for name in PHYSICS:
        assert physics[name].tobytes() == undisturbed[name].tobytes(), name
    assert not [*campaign.folder.rglob("*.parts")]


def intervals(journal: Path) -> dict[str, list[tuple[float, float, str]]]:
    """Subject → (start, end, process) for every simulation and every file that was ended; the killed left no end."""
    found: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    begun: dict[tuple[str, str], float] = {}
    for line in journal.read_text().splitlines():
        subject, process, event, moment = line.split()
        if event == "start":
            begun[subject, process] = float(moment)
        else:
            found[subject].append((begun.pop((subject, process)), float(moment), process))
    return found


def assert_one_at_a_time(subject: str, entries: Iterable[tuple[float, float, str]]) -> None:
    """No two processes worked on the same simulation or file at the same time."""
    for (_, end, _), (begin, _, _) in pairwise(sorted(entries)):
        assert end <= begin, f"two writers at once: {subject}"


def simulations(journal: Path) -> list[int]:
    """Ids of the simulations that were computed to their end, in this order; one computed twice is there twice."""
    lines = journal.read_text().splitlines() if journal.exists() else []
    return [int(subject) for subject, _, event, _ in map(str.split, lines) if event == "end" and subject.isdigit()]


@contextmanager
def watched(folder: Path, damaged: Collection[Path] = (), at_least: int = SHARDS) -> Iterator[None]:
    """Sample all files under final names while the block runs; any that is not whole fails the test.

    `damaged` are those that the test itself has damaged before. The watcher must have seen `at_least` so many files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(HERE / "watcher.py"), str(folder)]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as watcher:
        assert watcher.stdout is not None
        try:
            assert watcher.stdout.readline() == "watching\n"
            yield
        finally:
            watcher.terminate()
            report = watcher.stdout.read()
    found = json.loads(report)
    assert sorted(entry["file"] for entry in found["invalid"]) == sorted(map(str, damaged)), found["invalid"]
    assert found["seen"] >= at_least


@contextmanager
def running(controller: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """End a controller and all its jobs with the block, whatever happened to it."""
    try:
        yield controller
    finally:
        with suppress(ProcessLookupError):
            os.killpg(controller.pid, signal.SIGKILL)
        controller.wait(10)


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll until the condition holds; a wait without success fails by name."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
