"""A run in progress: it steps from frame to frame, records on the way, and logs its progress."""

import logging
import time
from dataclasses import dataclass, field

from hammerscale.config.deck import Deck
from hammerscale.errors import ImpactError
from hammerscale.macro.explicit.solver import ExplicitSolver
from hammerscale.macro.records.fields import Frame, take_frame
from hammerscale.macro.records.history import COLUMNS, History, now

PROGRESS_S = 5.0
CHECKPOINT_S = 60.0
# A run has exploded when its energy exceeds what it had by this factor.
ENERGY_LIMIT = 2.0

log = logging.getLogger(__name__)


@dataclass
class Run:
    """A run in progress.

    Attributes
    ----------
    deck, solver : as given
    history, frames : what was recorded so far
    seconds, seconds_before : wall time in the solver [s], of this process and of those that it goes on from
    cpu_seconds : CPU time of this process in the solver [s]
    first_step : number of the step at which this process began
    """

    deck: Deck
    solver: ExplicitSolver
    history: History = field(default_factory=History)
    frames: list[Frame] = field(default_factory=list)
    seconds: float = 0.0
    seconds_before: float = 0.0
    cpu_seconds: float = 0.0
    first_step: int = 0

    def __post_init__(self) -> None:
        self.begin_here()
        if not self.frames:
            self.frames.append(take_frame(self.solver))

    def begin_here(self) -> None:
        """Start the clocks and counters of this process at the present state of the solver."""
        self.first_step = self.solver.steps
        self._begun = self.solver.time_s / self.duration_s
        self._told = self._saved = time.monotonic()

    @property
    def duration_s(self) -> float:
        """Simulated time of the whole run [s]."""
        return self.deck.duration_us * 1e-6

    def time_of_frame(self, number: int) -> float:
        """Return the time of a frame [s], the initial one being 0; the last one is at the very end."""
        part = number / self.deck.frames
        return self.duration_s * part if part < 1.0 else self.duration_s

    def advance(self, until: float) -> None:
        """Step to the time `until` [s], recording the history on the way, the start of the very last step included."""
        started, cpu_started = time.perf_counter(), time.process_time()
        spacing = self.duration_s / self.deck.history
        while self.solver.time_s < until:
            due = not self.history.rows or self.solver.time_s >= self.history.rows[-1][0] + spacing
            due |= self.solver.time_s + self.solver.stable_step() >= self.duration_s
            start = now(self.solver) if due else None
            self.solver.step(until, record=due)
            if start is not None:
                self.history.record(self.solver, start)
                self._refuse_explosion()
            self._tell(self.seconds + time.perf_counter() - started)
        self.seconds += time.perf_counter() - started
        self.cpu_seconds += time.process_time() - cpu_started

    def _refuse_explosion(self) -> None:
        first, last = (dict(zip(COLUMNS, self.history.rows[i], strict=True)) for i in (0, -1))
        scale = abs(first["total"]) + abs(last["contact"])
        if not abs(last["total"] - first["total"]) < ENERGY_LIMIT * scale:
            raise ImpactError(
                f"the energy explodes: {last['total']:.3g} J at {last['time'] * 1e6:.4g} µs, "
                f"{first['total']:.3g} J at the start",
                "the time steps are too long for this mesh and law",
                "lower solver.step_scale in the deck",
            )

    def _tell(self, seconds: float) -> None:
        """Log how far the run is after so many seconds in the solver, when it is time to."""
        if self.solver.group.rank == 0 and time.monotonic() - self._told > PROGRESS_S:
            self._told = time.monotonic()
            done = self.solver.time_s / self.duration_s
            left = seconds * (1.0 - done) / max(done - self._begun, 1e-9)
            log.info(
                "%3.0f %%, step %d of %.3g s at %.0f m/s, %.0f s to go, law %s",
                100.0 * done, self.solver.steps, self.solver.dt, self.solver.speed, left, self._share_of_law(seconds),
            )  # fmt: skip

    def _share_of_law(self, seconds: float) -> str:
        """Return what part of so many seconds the law took, in words."""
        in_law = self.solver.material.law_seconds
        if in_law is None:
            return "fused into the element loop"
        return f"{100.0 * in_law / max(seconds, 1e-9):.0f} % of the time"

    def checkpoint_due(self) -> bool:
        """Return whether it is time for a checkpoint, by the clock of the first process, and wait for the next."""
        due = self.solver.group.first(time.monotonic() - self._saved > CHECKPOINT_S)
        if due:
            self._saved = time.monotonic()
        return due
