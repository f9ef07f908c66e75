"""Stand-in for a shard: ranks sleep, rank 0 keeps a journal of starts and ends and writes where the ranks were."""

import os
import sys
import time
from pathlib import Path

from mpi4py import MPI

shard, ranks, seconds, output = sys.argv[1:]
world = MPI.COMM_WORLD
if world.size != int(ranks):
    raise SystemExit(f"communicator of {world.size} ranks instead of {ranks}")

journal = Path("journal")
journal.mkdir(exist_ok=True)
nodes = world.gather(os.environ["SLURMD_NODENAME"])
if world.rank == 0:
    with (journal / shard).open("a") as lines:
        lines.write(f"start {time.time()} {os.environ['SLURM_JOB_ID']} {' '.join(nodes)}\n")
time.sleep(float(seconds))
world.barrier()
if world.rank == 0:
    with (journal / shard).open("a") as lines:
        lines.write(f"end {time.time()} {os.environ['SLURM_JOB_ID']}\n")
    Path(output).write_text(f"{shard} {' '.join(nodes)}\n")
