"""How the solver runs a material: through the law protocol, or with the law's kernel fused into the element pass."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar, cast

import numpy as np

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.errors import ImpactError
from hammerscale.laws.law import Law
from hammerscale.macro.explicit.element_lanes import MEMORY
from hammerscale.macro.explicit.element_pass import SUMS, j2_blocks
from hammerscale.macro.explicit.points import LawPoints
from hammerscale.macro.explicit.protocol_pass import SPRINGS, force_blocks, gradient_blocks
from hammerscale.macro.meshes.blocks import Blocks, by_element, by_lane
from hammerscale.ranks import ALONE, Group
from hammerscale.tensor.lanes import WIDTH

Result = TypeVar("Result")
Numbers = tuple[float, float, float, float]


class FusedLaw(Law, Protocol):
    """A law whose kernel the solver can run inside its own loop; the numbers are those of the protocol."""

    fused_kernel: str

    @property
    def fused_parameters(self) -> tuple[float, ...]:
        """Arguments of the kernel after its buffer."""

    def cauchy(self, state: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return the Cauchy stress (n, 3, 3) [Pa] of states (n, n_state) at gradients (n, 3, 3)."""


# Remedies by the outcome with which a law failed; `ExplicitSolver` has one for all others.
LAW_REMEDIES = {
    Outcome.STEP_LIMIT: "the law divides a step into so many parts at most: a finer mesh takes shorter steps, "
    "and a model trained on longer paths longer ones",
    Outcome.TIME_LIMIT: "the law knows no later time: shorten the deck, or train on longer paths",
}


class LawFailureError(ImpactError):
    """The law has no solution in an element that is not inverted.

    Attributes
    ----------
    element : its number
    """

    def __init__(self, what: str, element: int, outcome: Outcome) -> None:
        super().__init__(what, remedy=LAW_REMEDIES.get(outcome, ""))
        self.element = element


FUSED: dict[str, Callable[..., None]] = {"j2": j2_blocks}


class Material(Protocol):
    """The elements' side of a time step."""

    force: FloatArray
    sums: FloatArray
    numbers: Numbers

    @property
    def law_seconds(self) -> float | None:
        """Wall time in the law [s], of this process; None where it cannot be separated from the pass around it."""

    def advance(self, position: FloatArray, dt: float) -> None:
        """Advance all elements to nodal positions (3 n,) in `dt` [s]: writes forces and sums, keeps the old state."""

    def accept(self) -> None:
        """Make the new state the old one."""

    def state(self) -> FloatArray:
        """Return the law's accepted states (m, n_state); where processes share the points out, on the first only."""

    def outputs(self) -> dict[str, FloatArray]:
        """Return the law's fields (m,)."""

    def sound_speed(self) -> FloatArray:
        """Return the law's sound speed (m,) [m/s]."""

    def write_path(self, file: Path, element: int) -> bool:
        """Write the path of an element up to the step that failed, if the law keeps paths; return whether it does."""

    def cauchy(self, gradient: FloatArray) -> FloatArray:
        """Return the accepted Cauchy stresses (m, 3, 3) [Pa] at the accepted gradients (m, 3, 3)."""

    def snapshot(self) -> dict[str, FloatArray]:
        """Return the arrays from which the material continues bit for bit."""

    def restore(self, arrays: dict[str, FloatArray]) -> None:
        """Take a snapshot back."""


@dataclass
class Threads:
    """Runs a pass over ranges of blocks or nodes in threads; kernels release Python's lock.

    Attributes
    ----------
    number : threads
    """

    number: int
    pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.number)

    def run(self, kernel: Callable[..., Result], count: int, *arguments: object) -> list[Result]:
        """Call `kernel(first, last, *arguments)` on ranges that cover `count`, and return the results in order."""
        if self.number == 1:
            return [kernel(0, count, *arguments)]
        cuts = np.linspace(0, count, self.number + 1).astype(int)
        jobs = [self.pool.submit(kernel, *cuts[i : i + 2], *arguments) for i in range(self.number)]
        return [job.result() for job in jobs]


def fresh_memory(blocks: Blocks) -> FloatArray:
    """Return what elements at rest keep from step to step, flat, ordered (block, row, lane): det F, viscous stress."""
    memory = np.zeros((blocks.count, MEMORY, WIDTH))
    memory[:, 0] = 1.0
    return memory.ravel()


class FusedMaterial:
    """A law inside the element pass; its states stand in blocks."""

    def __init__(self, law: FusedLaw, blocks: Blocks, elements: int, numbers: Numbers, threads: Threads) -> None:
        self.law, self.blocks, self.elements, self.numbers, self.threads = law, blocks, elements, numbers, threads
        self.force, self.sums = np.zeros(blocks.count * 24 * WIDTH), np.zeros((blocks.count, SUMS))
        self.law_seconds = None
        states = by_lane(law.initial_state(elements))
        self.old = states, fresh_memory(blocks)
        self.new = states.copy(), self.old[1].copy()

    def advance(self, position: FloatArray, dt: float) -> None:
        """See `Material.advance`."""
        inverse = 1.0 / dt if dt > 0.0 else 0.0
        constant = position, self.blocks.places, self.blocks.constants
        moving = self.old, self.new, self.numbers, self.law.fused_parameters, inverse, self.force, self.sums
        self.threads.run(FUSED[self.law.fused_kernel], self.blocks.count, *constant, *moving)

    def accept(self) -> None:
        """See `Material.accept`."""
        self.old, self.new = self.new, self.old

    def state(self) -> FloatArray:
        """See `Material.state`."""
        return by_element(self.old[0], self.elements)

    def outputs(self) -> dict[str, FloatArray]:
        """See `Material.outputs`."""
        return self.law.outputs(self.state())

    def sound_speed(self) -> FloatArray:
        """See `Material.sound_speed`."""
        return self.law.sound_speed(self.state())

    def write_path(self, file: Path, element: int) -> bool:
        """See `Material.write_path`."""
        return False

    def cauchy(self, gradient: FloatArray) -> FloatArray:
        """See `Material.cauchy`."""
        return self.law.cauchy(self.state(), gradient)

    def snapshot(self) -> dict[str, FloatArray]:
        """See `Material.snapshot`."""
        return {"law_states": self.old[0], "element_memory": self.old[1]}

    def restore(self, arrays: dict[str, FloatArray]) -> None:
        """See `Material.restore`."""
        self.old = arrays["law_states"].copy(), arrays["element_memory"].copy()


@dataclass
class _Points:
    """What the solver stores at the points of a mesh in addition to the law's states, at one time."""

    gradient: FloatArray
    cauchy: FloatArray
    memory: FloatArray


class ProtocolMaterial:
    """Any law, called for all elements at once between a pass for F and a pass for the forces."""

    def __init__(self, points: LawPoints, blocks: Blocks, numbers: Numbers, threads: Threads) -> None:
        self.points, self.blocks, self.numbers, self.threads = points, blocks, numbers, threads
        self.force, self.sums = np.zeros(blocks.count * 24 * WIDTH), np.zeros((blocks.count, SUMS))
        self.springs, self._dt = np.zeros(blocks.count * SPRINGS * WIDTH), 0.0
        self.old, self.new = (self._at_rest(points.count) for _ in range(2))

    def _at_rest(self, elements: int) -> _Points:
        rest = np.tile(np.eye(3), (elements, 1, 1))
        return _Points(rest, np.zeros_like(rest), fresh_memory(self.blocks))

    @property
    def law_seconds(self) -> float:
        """See `Material.law_seconds`."""
        return self.points.seconds

    def advance(self, position: FloatArray, dt: float) -> None:
        """See `Material.advance`; a point at which the law fails is a `LawFailureError`.

        Before the first step, with `dt` zero, the law is not asked: rates have no meaning there, and points at rest
        bear no stress.
        """
        old, new, count, self._dt = self.old, self.new, self.blocks.count, dt
        nodes, constants = self.blocks.places, self.blocks.constants
        gradient = new.gradient.reshape(-1, 9)
        self.threads.run(gradient_blocks, count, position, nodes, constants, old.memory, gradient, self.springs)
        if dt > 0.0:
            new.cauchy, status = self.points.advance(old.gradient, new.gradient, dt)
            if status.any():
                _report_failure(int(np.flatnonzero(status)[0]), int(status[status != 0][0]), new.gradient)
        arrays = [
            (points.gradient.reshape(-1, 9), points.cauchy.reshape(-1, 9), points.memory) for points in (old, new)
        ]
        inverse = 1.0 / dt if dt > 0.0 else 0.0
        moving = self.numbers, inverse, self.force, self.sums
        self.threads.run(force_blocks, count, self.springs, constants, *arrays, *moving)

    def accept(self) -> None:
        """See `Material.accept`."""
        self.old, self.new = self.new, self.old
        if self._dt > 0.0:
            self.points.accept(self.old.gradient, self._dt)

    def state(self) -> FloatArray:
        """See `Material.state`."""
        return self.points.states()

    def outputs(self) -> dict[str, FloatArray]:
        """See `Material.outputs`."""
        return self.points.outputs()

    def sound_speed(self) -> FloatArray:
        """See `Material.sound_speed`."""
        return self.points.sound_speed()

    def write_path(self, file: Path, element: int) -> bool:
        """See `Material.write_path`."""
        return self.points.write_path(file, element, self.new.gradient, self._dt)

    def cauchy(self, gradient: FloatArray) -> FloatArray:
        """See `Material.cauchy`."""
        return self.old.cauchy

    def snapshot(self) -> dict[str, FloatArray]:
        """See `Material.snapshot`."""
        old, paths = self.old, self.points.paths
        arrays = {"gradients": old.gradient, "stresses": old.cauchy, "element_memory": old.memory}
        return arrays | {"law_states": self.points.states()} | (paths.snapshot() if paths else {})

    def restore(self, arrays: dict[str, FloatArray]) -> None:
        """See `Material.restore`."""
        self.old = _Points(*(arrays[name].copy() for name in ("gradients", "stresses", "element_memory")))
        self.points.restore(arrays["law_states"])
        if self.points.paths is not None:
            self.points.paths.restore(arrays)


def _report_failure(point: int, status: int, gradient: FloatArray) -> None:
    volume = float(np.linalg.det(gradient[point]))
    if volume > 0.0:
        outcome = Outcome(status)
        name = outcome.name.lower().replace("_", " ")
        raise LawFailureError(f"the law fails in element {point} ({name}, det F {volume:.3g})", point, outcome)
    raise ImpactError(f"element {point} is inverted (det F {volume:.3g})")


def make_material(
    law: Law, fused: bool, blocks: Blocks, elements: int, numbers: Numbers, threads: Threads, group: Group = ALONE
) -> Material:
    """Return the material of a law, fused where the law allows it and `fused` asks for it."""
    if fused and getattr(law, "fused_kernel", "") in FUSED:
        return FusedMaterial(cast(FusedLaw, law), blocks, elements, numbers, threads)
    return ProtocolMaterial(LawPoints(law, elements, group), blocks, numbers, threads)
