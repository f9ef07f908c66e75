"""Signals that ask a process to stop, as a flag."""

import signal
from types import FrameType
from typing import Self

ASKS_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)


class Interruption:
    """Turns Ctrl-C, SIGTERM and SIGUSR1 (a time limit) into a flag that is looked at between simulations.

    It does so while its block runs; then the signals mean again what they meant before.
    """

    def __init__(self) -> None:
        self._asked = False

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._note) for number in ASKS_TO_STOP}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def asked(self) -> bool:
        """Whether this process is to stop soon."""
        return self._asked

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
