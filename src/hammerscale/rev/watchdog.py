"""A limit on the wall time of a compiled kernel: a thread takes away the steps it may still try."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hammerscale.rev.unit_cell import Outcome
from hammerscale.tensor.voigt import FloatArray


@dataclass
class Watchdog:
    """Whether the time was over."""

    fired: bool = False

    def outcome(self, code: int) -> Outcome:
        """Return the outcome of a kernel's code: a kernel that lost its steps to the clock says "step limit"."""
        outcome = Outcome(code)
        return Outcome.TIME_LIMIT if self.fired and outcome is Outcome.STEP_LIMIT else outcome


@contextmanager
def watched(control: FloatArray, entry: int, limit_s: float) -> Iterator[Watchdog]:
    """Set `control[entry]`, the number of steps a kernel may try, to zero once the block has lasted `limit_s` [s].

    The kernel must release the interpreter lock and look at the entry in every step. A block that runs a batch has one
    clock: once it has fired, every path that ends at the limit of its steps counts as timed out, also one that had
    used its steps up before.
    """
    watchdog = Watchdog()

    def fire() -> None:
        watchdog.fired = True
        control[entry] = 0.0

    # A timer cannot wait longer; it amounts to 292 years.
    if limit_s >= threading.TIMEOUT_MAX:
        yield watchdog
        return
    timer = threading.Timer(limit_s, fire)
    timer.daemon = True
    timer.start()
    try:
        yield watchdog
    finally:
        timer.cancel()
