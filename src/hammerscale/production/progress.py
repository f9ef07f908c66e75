"""How far a shard is, while it runs: a bar on a terminal, a line now and then in a log, never on standard output."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, cast

if TYPE_CHECKING:
    from rich.progress import Progress

LOG = logging.getLogger(__name__)
LINE_S = 30.0

# Takes how many simulations are done, and how many of them failed.
Report = Callable[[int, int], None]


@contextmanager
def reporting(title: str, total: int, done: int) -> Iterator[Report]:
    """Yield what takes reports while the block runs.

    Parameters
    ----------
    title : what runs
    total : number of simulations
    done : how many of them were finished before
    """
    if sys.stderr.isatty():
        with _bar(title, total, done) as report:
            yield report
    else:
        yield Lines(title, total, done).report


class Lines:
    """A line in the log every half minute, and when all is done."""

    def __init__(self, title: str, total: int, done: int) -> None:
        self._title = title
        self._total = total
        self._before = done
        self._complete = done >= total
        self._begun = self._last = time.monotonic()

    def report(self, done: int, failed: int) -> None:
        """Take a report."""
        now = time.monotonic()
        just_complete = done >= self._total and not self._complete
        if now - self._last < LINE_S and not just_complete:
            return
        self._complete = done >= self._total
        self._last = now
        rate = (done - self._before) / max(now - self._begun, 1e-3)
        remaining = f"{(self._total - done) / rate:.0f}" if rate > 0.0 else "?"
        LOG.info(
            "%s: %d of %d simulations done, %d failed, %.3g per second, %s s to go",
            self._title,
            done,
            self._total,
            failed,
            rate,
            remaining,
        )


@contextmanager
def _bar(title: str, total: int, done: int) -> Iterator[Report]:
    # A tenth of a second of import, which only a terminal is worth.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed, {task.fields[rate]:.3g}/s, ready in"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar, _log_lines_above(bar):
        task, begun = bar.add_task(title, total=total, completed=done, failed=0, rate=0.0), time.monotonic()

        def report(now_done: int, failed: int) -> None:
            rate = (now_done - done) / max(time.monotonic() - begun, 1e-3)
            bar.update(task, completed=now_done, failed=failed, rate=rate)

        yield report


@contextmanager
def _log_lines_above(bar: "Progress") -> Iterator[None]:
    """Let log lines go where the bar has put standard error, so that they do not run through it."""
    handlers = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    before = [cast(TextIO, handler.setStream(sys.stderr)) for handler in handlers]
    try:
        yield
    finally:
        for handler, stream in zip(handlers, before, strict=True):
            handler.setStream(stream or sys.__stderr__)
