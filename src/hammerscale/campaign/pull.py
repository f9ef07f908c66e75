"""Ranks pull simulations: whoever is free takes the next ones, so slow paths do not hold the others up."""

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from hammerscale.errors import SetupError

if TYPE_CHECKING:
    from mpi4py import MPI

LARGEST_CHUNK = 50
# Chunks shrink towards the end, so that no rank is left with much more work than the others.
CHUNKS_PER_RANK = 4
REQUEST, ANSWER = 11, 12
POLL_S = 5e-4


class Team(Protocol):
    """The processes that compute one shard together."""

    rank: int
    size: int

    def tasks(self, count: int) -> Iterator[int]:
        """Yield the numbers below `count` that this process is to compute; each goes to exactly one process."""

    def any(self, flag: bool) -> bool:
        """Return whether the flag is set on any process; all processes meet here."""


class Queue:
    """The numbers 0 to count-1, handed out in chunks that shrink towards the end."""

    def __init__(self, count: int, ranks: int) -> None:
        self._next = 0
        self._count = count
        self._ranks = ranks
        self._lock = threading.Lock()

    def take(self) -> range:
        """Return the next chunk; empty when nothing is left."""
        with self._lock:
            remaining = self._count - self._next
            size = min(remaining, max(1, min(LARGEST_CHUNK, remaining // (CHUNKS_PER_RANK * self._ranks))))
            chunk = range(self._next, self._next + size)
            self._next += size
            return chunk


class Alone:
    """One process without MPI."""

    rank = 0
    size = 1

    def tasks(self, count: int) -> Iterator[int]:
        """Yield every number below `count`."""
        yield from range(count)

    def any(self, flag: bool) -> bool:
        """Return the flag."""
        return flag


class Ranks:
    """The ranks of an MPI communicator; a thread of rank 0 answers requests while rank 0 computes too."""

    def __init__(self, communicator: "MPI.Comm") -> None:
        self._communicator = communicator
        self.rank = communicator.Get_rank()
        self.size = communicator.Get_size()

    def tasks(self, count: int) -> Iterator[int]:
        """Yield the numbers this rank pulls."""
        if self.rank == 0:
            yield from self._serve(Queue(count, self.size))
        else:
            while chunk := self._communicator.sendrecv(None, 0, REQUEST, source=0, recvtag=ANSWER):
                yield from chunk

    def any(self, flag: bool) -> bool:
        """Return whether the flag is set on any rank."""
        return any(self._communicator.allgather(flag))

    def _serve(self, queue: Queue) -> Iterator[int]:
        server = threading.Thread(target=self._answer, args=(queue,), daemon=True)
        server.start()
        while chunk := queue.take():
            yield from chunk
        server.join()

    def _answer(self, queue: Queue) -> None:
        from mpi4py import MPI

        waiting = self.size - 1
        status = MPI.Status()
        while waiting:
            # Sleeping between looks leaves the core to rank 0's own simulations; a blocking receive would spin.
            if not self._communicator.iprobe(MPI.ANY_SOURCE, REQUEST, status):
                time.sleep(POLL_S)
                continue
            self._communicator.recv(source=status.Get_source(), tag=REQUEST)
            chunk = queue.take()
            self._communicator.send(chunk, status.Get_source(), ANSWER)
            waiting -= not chunk


def form_team(expected: int) -> Team:
    """Return the team of this process; a communicator of another size than `expected` is an error.

    A launcher that does not fit the MPI library starts N separate runs of one rank each, which all look healthy.
    """
    if expected == 1:
        return Alone()
    from mpi4py import MPI

    size = MPI.COMM_WORLD.Get_size()
    if size != expected:
        raise SetupError(
            f"{expected} MPI ranks were asked for, but the communicator has {size}",
            "each process would compute everything on its own and overwrite the others",
            "start with `mpiexec -n N python -m mpi4py -m hammerscale ...`, on Slurm with srun --mpi=pmi2",
        )
    return Ranks(MPI.COMM_WORLD)
