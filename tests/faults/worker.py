"""A job of the campaign with a fault built in, started where `python` would be.

    worker.py -m hammerscale simulate ...       one job, as the workflow starts it
    worker.py shards CONFIG RANKS               all shards in one process per rank, which saves the start of twenty

The environment variable FAULTS holds a JSON object with any of

    sleep     seconds that every simulation takes longer
    slow      {id: seconds}: simulations that take longer than that
    until     file that ends this slowness once it is there
    flush     seconds between part files
    journal   file to which every simulation and every write of a file is noted
    kill      [point, n]: kill -9 the n-th time that a file reaches this point of POINTS
    victim    rank that is killed, 0 if not said
    outcomes  {id: outcome}: simulations that fail
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hammerscale.arrays import Outcome
from hammerscale.production import runner
from hammerscale.production.results import Results
from hammerscale.production.simulator import Simulator
from hammerscale.store import atomic, slabs

# mpiexec tells each process; one without MPI is rank 0.
RANK = int(os.environ.get("PMI_RANK", "0"))

# Where a file can be on its way to its final name: who does the step, and whether the kill comes before or after it.
POINTS = {
    "write": (slabs.SlabWriter, "put", "before"),
    "close": (slabs.SlabWriter, "finish", "before"),
    "closed": (slabs.SlabWriter, "finish", "after"),
    "sealed": (slabs, "seal", "after"),
    "synchronised": (atomic, "synchronise", "after"),
    "rename": (Path, "replace", "before"),
    "renamed": (Path, "replace", "after"),
}


def kill_at(point: str, number: int) -> None:
    """Make the process kill itself the `number`-th time that a file reaches a point."""
    owner, name, when = POINTS[point]
    original = getattr(owner, name)
    calls = 0

    def step(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if when == "before" and calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **options)
        if when == "after" and calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, step)


def note(journal: Path, what: object, event: str) -> None:
    """Append one line; a single short write to a file opened for appending is not torn."""
    node = os.environ.get("SLURMD_NODENAME", "here")
    with journal.open("a") as lines:
        lines.write(f"{what} {node}:{os.getpid()} {event} {time.monotonic()}\n")


def keep_journal(journal: Path) -> None:
    """Note start and end of every simulation and of every write under a final name."""
    for name in ("run", "write"):
        setattr(Simulator, name, _noted(getattr(Simulator, name), journal))


def _noted(original: Callable[..., object], journal: Path) -> Callable[..., object]:
    def step(self: Simulator, subject: object, *arguments: object) -> object:
        # A batch of the elastic body has one id.
        name = subject[0] if isinstance(subject, list) else subject
        note(journal, name, "start")
        result = original(self, subject, *arguments)
        note(journal, name, "end")
        return result

    return step


def slow_down(seconds: float, exceptions: dict[str, float], until: str | None) -> None:
    """Make every simulation take longer."""
    original = Simulator.run

    def run(self: Simulator, batch: Sequence[int]) -> Results:
        if until is None or not Path(until).exists():
            time.sleep(exceptions.get(str(batch[0]), seconds))
        return original(self, batch)

    Simulator.run = run  # type: ignore[method-assign]


def fail(outcomes: dict[str, str]) -> None:
    """Let some simulations end otherwise than they would."""
    original = Simulator.run

    def run(self: Simulator, batch: Sequence[int]) -> Results:
        results = original(self, batch)
        if str(batch[0]) in outcomes:
            results.outcome[:] = Outcome[outcomes[str(batch[0])]]
            results.stress[:, 3:] = float("nan")
        return results

    Simulator.run = run  # type: ignore[method-assign]


def build_in(faults: dict[str, object]) -> None:
    """Change the program as asked for."""
    if "flush" in faults:
        runner.FLUSH_S = faults["flush"]
    if "outcomes" in faults:
        fail(faults["outcomes"])
    if "sleep" in faults:
        slow_down(faults["sleep"], faults.get("slow", {}), faults.get("until"))
    if "journal" in faults:
        keep_journal(Path(faults["journal"]))
    if "kill" in faults and faults.get("victim", 0) == RANK:
        kill_at(*faults["kill"])


def run_all_shards(config_file: str, ranks: int) -> None:
    """Do the design where it is missing, then every shard."""
    from hammerscale.config import load
    from hammerscale.ledger.places import design_file
    from hammerscale.plan.campaign_plan import Plan, write_dataset_design

    config = load([Path(config_file)])
    if RANK == 0 and not design_file(config, "body").exists():
        write_dataset_design(config, "body")
    for shard in Plan(config).outlines["body"].shards:
        runner.run_shard(config, "body", shard.number, ranks)


def main() -> None:
    build_in(json.loads(os.environ.get("FAULTS", "{}")))
    if sys.argv[1] == "shards":
        from hammerscale.errors import HammerscaleError

        try:
            run_all_shards(sys.argv[2], int(sys.argv[3]))
        except HammerscaleError as error:
            sys.stderr.write(f"error: {error}\n")
            sys.exit(error.exit_code)
    else:
        assert sys.argv[1:3] == ["-m", "hammerscale"], sys.argv
        sys.argv[1:3] = []
        from hammerscale.cli import main as command_line

        command_line()


if __name__ == "__main__":
    main()
