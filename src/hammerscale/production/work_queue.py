"""Ranks pull simulations: whoever is free takes the next ones, so slow paths do not hold the others up."""

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from hammerscale.errors import SetupError
from hammerscale.ranks import world

if TYPE_CHECKING:
    from mpi4py import MPI

# A chunk is this part of what is left for a rank. Chunks shrink towards the end, so that no rank is left with much more
# work than the others; the long ones before give parts with few runs of ids, which are fast to put in order.
CHUNKS_PER_RANK = 4
REQUEST, ANSWER, COUNTS = 11, 12, 13
POLL_S = 1e-3
TELL_S = 1.0

Shared = TypeVar("Shared")


class Team(Protocol):
    """The processes that compute one shard together."""

    rank: int
    size: int

    def chunks(self, count: int) -> Iterator[range]:
        """Yield the numbers below `count` that this process is to compute; each goes to exactly one process."""

    def tell(self, done: int, failed: int) -> None:
        """Let rank 0 know how many simulations this process has done, and how many of them failed."""

    def told(self) -> tuple[int, int]:
        """Return, on rank 0, how many simulations all others have done, and how many of them failed."""

    def any(self, flag: bool) -> bool:
        """Return whether the flag is set on any process; all processes meet here."""

    def share(self, value: Shared | None) -> Shared:
        """Return what rank 0 gives; all processes meet here."""


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
            size = min(remaining, max(1, remaining // (CHUNKS_PER_RANK * self._ranks)))
            chunk = range(self._next, self._next + size)
            self._next += size
            return chunk


class Alone:
    """One process without MPI."""

    rank = 0
    size = 1

    def chunks(self, count: int) -> Iterator[range]:
        """Yield every number below `count`."""
        yield range(count)

    def tell(self, done: int, failed: int) -> None:
        """Tell nobody."""

    def told(self) -> tuple[int, int]:
        """Return that others did nothing."""
        return 0, 0

    def any(self, flag: bool) -> bool:
        """Return the flag."""
        return flag

    def share(self, value: Shared | None) -> Shared:
        """Return the value."""
        assert value is not None
        return value


class Ranks:
    """The ranks of an MPI communicator; a thread of rank 0 serves requests while rank 0 computes too."""

    def __init__(self, communicator: "MPI.Comm") -> None:
        self._communicator = communicator
        self.rank = communicator.Get_rank()
        self.size = communicator.Get_size()
        self._counts: dict[int, tuple[int, int]] = {}
        self._last_told = time.monotonic()

    def chunks(self, count: int) -> Iterator[range]:
        """Yield the numbers this rank pulls."""
        if self.rank == 0:
            yield from self._serve(Queue(count, self.size))
        else:
            while chunk := self._communicator.sendrecv(None, 0, REQUEST, source=0, recvtag=ANSWER):
                yield chunk

    def tell(self, done: int, failed: int) -> None:
        """Let rank 0 know, about once a second; only while there are tasks, since nobody listens afterwards."""
        if self.rank > 0 and time.monotonic() - self._last_told >= TELL_S:
            self._communicator.send((done, failed), 0, COUNTS)
            self._last_told = time.monotonic()

    def told(self) -> tuple[int, int]:
        """Return, on rank 0, what the others have reported."""
        counts = list(self._counts.values())
        return sum(done for done, _ in counts), sum(failed for _, failed in counts)

    def any(self, flag: bool) -> bool:
        """Return whether the flag is set on any rank; who is early sleeps and leaves the core to the others."""
        from mpi4py import MPI

        mine, largest = np.array([flag], dtype=np.int8), np.empty(1, dtype=np.int8)
        request = self._communicator.Iallreduce(mine, largest, MPI.MAX)
        while not request.Test():
            time.sleep(POLL_S)
        return bool(largest[0])

    def share(self, value: Shared | None) -> Shared:
        """Return what rank 0 gives."""
        self.any(False)
        return self._communicator.bcast(value, 0)

    def _serve(self, queue: Queue) -> Iterator[range]:
        server = threading.Thread(target=self._answer, args=(queue,), daemon=True)
        server.start()
        while chunk := queue.take():
            yield chunk
        server.join()

    def _answer(self, queue: Queue) -> None:
        from mpi4py import MPI

        waiting = self.size - 1
        status = MPI.Status()
        while waiting:
            # Sleeping between looks leaves the core to rank 0's own simulations; a blocking receive would spin.
            if not self._communicator.iprobe(MPI.ANY_SOURCE, MPI.ANY_TAG, status):
                time.sleep(POLL_S)
                continue
            source, tag = status.Get_source(), status.Get_tag()
            message = self._communicator.recv(source=source, tag=tag)
            if tag == COUNTS:
                self._counts[source] = message
                continue
            chunk = queue.take()
            self._communicator.send(chunk, source, ANSWER)
            waiting -= not chunk


def form_team(expected: int) -> Team:
    """Return the team of this process; a communicator of another size than `expected` is an error."""
    communicator = world(expected)
    if communicator is None:
        return Alone()
    from mpi4py import MPI

    if MPI.Query_thread() < MPI.THREAD_SERIALIZED:
        raise SetupError(
            "the MPI library was started without support for threads",
            "rank 0 answers the others from a thread while it computes: messages could be lost",
            "unset MPI4PY_RC_THREADS and MPI4PY_RC_THREAD_LEVEL, or use an MPI library built for MPI_THREAD_SERIALIZED",
        )
    return Ranks(communicator)
