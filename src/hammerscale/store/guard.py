"""A job writes under a final name only as long as its campaign wants what it makes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _anything() -> None:
    """Accept every file: a verb that was called by hand has no plan."""


_CHECK: ContextVar[Callable[[], None]] = ContextVar("what is wanted", default=_anything)


@contextmanager
def guarding_writes(check: Callable[[], None]) -> Iterator[None]:
    """Call `check` before a file gets its final name while the block runs; its error keeps the old file."""
    token = _CHECK.set(check)
    try:
        yield
    finally:
        _CHECK.reset(token)


@contextmanager
def unguarded() -> Iterator[None]:
    """Let files be written under any plan: only for names that hold the hash of everything they depend on."""
    with guarding_writes(_anything):
        yield


def require_wanted() -> None:
    """Raise the error of the check if what this process makes is not wanted any more."""
    _CHECK.get()()
