"""Processes of a group as threads of one, so that what is shared out can be tested without MPI."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hammerscale.ranks import Group


class _Board:
    """What all have put down, readable once all have."""

    def __init__(self, size: int) -> None:
        self.values = [None] * size
        self.barrier = threading.Barrier(size, timeout=120.0)


class ThreadedCommunicator:
    """The collective calls of MPI that a `Group` makes, among threads."""

    def __init__(self, board: _Board, rank: int) -> None:
        self.board, self.rank = board, rank

    def Get_rank(self) -> int:  # noqa: N802
        return self.rank

    def Get_size(self) -> int:  # noqa: N802
        return len(self.board.values)

    def allgather(self, value):
        self.board.values[self.rank] = value
        self.board.barrier.wait()
        values = list(self.board.values)
        self.board.barrier.wait()
        return values

    def gather(self, value, root):
        values = self.allgather(value)
        return values if self.rank == root else None

    def bcast(self, value, root):
        return self.allgather(value)[root]

    def alltoall(self, values):
        return [sent[self.rank] for sent in self.allgather(values)]


def in_processes(size: int, work: Callable[[Group], object]) -> list:
    """Return what `work(group)` gives for every process of a group."""
    board = _Board(size)
    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(lambda rank: work(Group(ThreadedCommunicator(board, rank))), range(size)))
