"""A limit on the wall time of a compiled kernel: a thread takes away the steps it may still try."""

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from hammerscale.arrays import FloatArray, Outcome


@dataclass(eq=False)
class Watchdog:
    """A block of code and its limit.

    Attributes
    ----------
    control, entry : the number of steps a kernel may try is `control[entry]`
    deadline : when the time is over [s], by the monotonic clock
    fired : whether the time was over
    """

    control: FloatArray
    entry: int
    deadline: float
    fired: bool = False

    def fire(self) -> None:
        """Take away the steps."""
        self.fired = True
        self.control[self.entry] = 0.0

    def outcome(self, code: int) -> Outcome:
        """Return the outcome of a kernel's code: a kernel that lost its steps to the clock returns "step limit"."""
        outcome = Outcome(code)
        return Outcome.TIME_LIMIT if self.fired and outcome is Outcome.STEP_LIMIT else outcome


class Clock(threading.Thread):
    """The thread that fires watchdogs, one for all: to start one for each simulation would cost a hundredth of it."""

    def __init__(self) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._watchdogs: set[Watchdog] = set()
        self._changed = threading.Condition()
        self._wakes_at = math.inf

    def add(self, watchdog: Watchdog) -> None:
        """Fire a watchdog at its deadline."""
        with self._changed:
            self._watchdogs.add(watchdog)
            # Seldom true: who runs one simulation after the other comes with later and later deadlines.
            if watchdog.deadline < self._wakes_at:
                self._changed.notify()

    def remove(self, watchdog: Watchdog) -> None:
        """Forget a watchdog; it does not fire any more."""
        with self._changed:
            self._watchdogs.discard(watchdog)

    def run(self) -> None:
        """Wait for the next deadline, for ever."""
        with self._changed:
            while True:
                now = time.monotonic()
                for watchdog in [one for one in self._watchdogs if one.deadline <= now]:
                    watchdog.fire()
                    self._watchdogs.discard(watchdog)
                self._wakes_at = min((one.deadline for one in self._watchdogs), default=math.inf)
                self._changed.wait(min(self._wakes_at - now, threading.TIMEOUT_MAX))


@cache
def running_clock() -> Clock:
    """Return the clock of this process."""
    clock = Clock()
    clock.start()
    return clock


# A fork takes no threads along: the clock of the parent would never fire in the child.
os.register_at_fork(after_in_child=running_clock.cache_clear)


@contextmanager
def watched(control: FloatArray, entry: int, limit_s: float) -> Iterator[Watchdog]:
    """Set `control[entry]`, the number of steps a kernel may try, to zero once the block has lasted `limit_s` [s].

    The kernel must release the interpreter lock and look at the entry in every step. A block that runs a batch has one
    clock: once it has fired, every path that ends at the limit of its steps counts as timed out, also one that had
    used its steps up before.
    """
    watchdog = Watchdog(control, entry, time.monotonic() + limit_s)
    if math.isinf(limit_s):
        yield watchdog
        return
    clock = running_clock()
    clock.add(watchdog)
    try:
        yield watchdog
    finally:
        clock.remove(watchdog)
