"""The law at all points of a mesh, shared out among processes: each holds and advances the states of its own points.

Every process has the whole mesh and does the solver's work for all of it. Only the law is shared out, which for a
representative volume at every point is nearly all of the work. A point's stress does not depend on the process that
computes it, and all processes add the forces up in the same order: no number of processes changes a bit.
"""

import time
from pathlib import Path
from typing import TypeVar

import numpy as np

from hammerscale.arrays import FloatArray, IntArray, StatusArray
from hammerscale.capabilities import last_costs, remembering
from hammerscale.errors import SetupError
from hammerscale.laws.law import Law
from hammerscale.macro.records.point_paths import PointPaths
from hammerscale.ranks import ALONE, Group

Values = TypeVar("Values", FloatArray, StatusArray)
# Steps after which costs are compared again, and by how much a process may exceed the mean before points move.
BALANCE_STEPS = 10
IMBALANCE = 1.05
# Keep at least this many times per path, and more while paths take less memory than the states, old and new.
FEWEST_TIMES, STATES_PER_TIME = 200, 3


def deal(costs: FloatArray, ranks: int) -> IntArray:
    """Return the owner (n,) of every point: dealt like cards, the most expensive first, back and forth.

    The loads of two processes differ by no more than the most expensive point.
    """
    lap, seat = np.divmod(np.arange(len(costs)), ranks)
    owner = np.empty(len(costs), dtype=np.int64)
    owner[np.argsort(-costs, kind="stable")] = np.where(lap % 2 == 0, seat, ranks - 1 - seat)
    return owner


def kept_times(law: Law) -> int:
    """Return at how many times the paths of points are kept, 0 for a law without them."""
    if remembering(law) is None:
        return 0
    return max(FEWEST_TIMES, law.initial_state(1).size // STATES_PER_TIME)


class LawPoints:
    """The law at the points of a mesh; all methods are called by all processes of the group together.

    Attributes
    ----------
    law, count, group : as given
    owner : process of every point (m,)
    seconds : time that this process spent in the law [s]
    paths : of all points, on the first process, if the law can write them
    """

    def __init__(self, law: Law, count: int, group: Group = ALONE) -> None:
        if count < group.size:
            raise SetupError(
                f"{group.size} processes for {count} points",
                "points are shared out among processes, and each needs one",
                "start fewer",
            )
        self.law, self.count, self.group = law, count, group
        self.seconds, self._steps = 0.0, 0
        self._share_out(deal(np.ones(count), group.size))
        self.old, self._new = (law.initial_state(len(self._members[group.rank])) for _ in range(2))
        able = remembering(law) if group.rank == 0 else None
        self.paths = None if able is None else PointPaths(able, count, kept_times(law))

    def advance(self, old: FloatArray, new: FloatArray, dt: float) -> tuple[FloatArray, StatusArray]:
        """Advance all points from gradients (m, 3, 3) to others; return stresses (m, 3, 3) [Pa] and a status (m,)."""
        started = time.perf_counter()
        own = self._own
        cauchy, status = self.law.advance(self.old, old[own], new[own], dt, self._new)
        self.seconds += time.perf_counter() - started
        return self._merge(cauchy), self._merge(status)

    def accept(self, gradient: FloatArray, dt: float) -> None:
        """Make the new states, at gradients (m, 3, 3) after a step of `dt` [s], the old ones."""
        self.old, self._new = self._new, self.old
        self._steps += 1
        if self.paths is not None:
            self.paths.add(dt, gradient)
        if self.group.size > 1 and self._steps % BALANCE_STEPS == 0:
            self._balance()

    def states(self) -> FloatArray:
        """Return the states of all points (m, n_state) on the first process, and those of its own on any other."""
        parts = self.group.gather(self.old)
        return self._join(parts) if len(parts) > 1 else self.old

    def restore(self, states: FloatArray) -> None:
        """Take the states of all points (m, n_state) back."""
        self.old = states[self._own].copy()
        self._new = np.empty_like(self.old)

    def sound_speed(self) -> FloatArray:
        """Return the sound speed of all points (m,) [m/s]."""
        return self._merge(self.law.sound_speed(self.old))

    def outputs(self) -> dict[str, FloatArray]:
        """Return the law's fields of all points (m,)."""
        # A contiguous copy: sums over a strided field round differently.
        return {name: np.ascontiguousarray(self._merge(field)) for name, field in self.law.outputs(self.old).items()}

    def write_path(self, file: Path, point: int, gradient: FloatArray, dt: float) -> bool:
        """Write the path of a point up to a step of `dt` [s] to gradients (m, 3, 3); return whether it was written."""
        if self.paths is None:
            return False
        self.paths.write(file, point, gradient, dt)
        return True

    def _share_out(self, owner: IntArray) -> None:
        self.owner = owner
        self._members = [np.flatnonzero(owner == rank) for rank in range(self.group.size)]
        alone = self.group.size == 1
        self._own: slice | IntArray = slice(None) if alone else self._members[self.group.rank]

    def _merge(self, own: Values) -> Values:
        """Return the values of all points from those of each process."""
        return own if self.group.size == 1 else self._join(self.group.collect(own))

    def _join(self, parts: list[Values]) -> Values:
        joined = np.empty((self.count, *parts[0].shape[1:]), dtype=parts[0].dtype)
        for members, part in zip(self._members, parts, strict=True):
            joined[members] = part
        return joined

    def _balance(self) -> None:
        """Deal the points anew where one process has much more to do than the others."""
        own = last_costs(self.law, self.old)
        if own is None:
            return
        costs = self._merge(own)
        loads = np.bincount(self.owner, costs, self.group.size)
        if loads.max() > IMBALANCE * loads.mean():
            self._move(deal(costs, self.group.size))

    def _move(self, owner: IntArray) -> None:
        """Bring every state to its new owner."""
        rank, before = self.group.rank, self.owner
        own = self._members[rank]
        arrived = self.group.exchange([self.old[owner[own] == other] for other in range(self.group.size)])
        self._share_out(owner)
        mine = self._members[rank]
        self.old = np.empty((len(mine), self.old.shape[1]))
        for other, states in enumerate(arrived):
            self.old[before[mine] == other] = states
        self._new = np.empty_like(self.old)
