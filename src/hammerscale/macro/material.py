"""How the solver runs a material: through the law protocol, or with the law's kernel fused into the element pass."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, cast

import numpy as np

from hammerscale.errors import ImpactError
from hammerscale.laws.law import Law
from hammerscale.macro.blocks import Blocks, by_element, by_lane
from hammerscale.macro.element_lanes import MEMORY
from hammerscale.macro.element_pass import SUMS, j2_blocks
from hammerscale.macro.protocol_pass import SPRINGS, force_blocks, gradient_blocks
from hammerscale.tensor.lanes import WIDTH
from hammerscale.tensor.voigt import FloatArray

Result = TypeVar("Result")
Numbers = tuple[float, float, float, float]


class FusedLaw(Law, Protocol):
    """A law whose kernel the solver can run inside its own loop, with the same numbers as through the protocol."""

    fused_kernel: str

    @property
    def fused_parameters(self) -> tuple[float, ...]:
        """Arguments of the kernel after its buffer."""

    def cauchy(self, state: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return the Cauchy stress (n, 3, 3) [Pa] of states (n, n_state) at gradients (n, 3, 3)."""


FUSED: dict[str, Callable[..., None]] = {"j2": j2_blocks}


class Material(Protocol):
    """The elements' side of a time step."""

    force: FloatArray
    sums: FloatArray
    law_seconds: float
    numbers: Numbers

    def advance(self, position: FloatArray, dt: float) -> None:
        """Advance all elements to nodal positions (3 n,) in `dt` [s]: writes forces and sums, keeps the old state."""

    def accept(self) -> None:
        """Make the new state the old one."""

    def state(self) -> FloatArray:
        """Return the law's accepted states (m, n_state)."""

    def cauchy(self, gradient: FloatArray) -> FloatArray:
        """Return the accepted Cauchy stresses (m, 3, 3) [Pa] at the accepted gradients (m, 3, 3)."""

    def snapshot(self) -> dict[str, FloatArray]:
        """Return the arrays from which the material goes on bit for bit."""

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
        """Call `kernel(first, last, *arguments)` on ranges that cover `count`, and return the answers in order."""
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
        self.law_seconds = 0.0
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
    """All that the protocol asks of the points of a mesh, at one time."""

    state: FloatArray
    gradient: FloatArray
    cauchy: FloatArray
    memory: FloatArray


class ProtocolMaterial:
    """Any law, called for all elements at once between a pass for F and a pass for the forces."""

    def __init__(self, law: Law, blocks: Blocks, elements: int, numbers: Numbers, threads: Threads) -> None:
        self.law, self.blocks, self.numbers, self.threads = law, blocks, numbers, threads
        self.force, self.sums = np.zeros(blocks.count * 24 * WIDTH), np.zeros((blocks.count, SUMS))
        self.law_seconds = 0.0
        self.springs = np.zeros(blocks.count * SPRINGS * WIDTH)
        self.old, self.new = (self._at_rest(elements) for _ in range(2))

    def _at_rest(self, elements: int) -> _Points:
        rest = np.tile(np.eye(3), (elements, 1, 1))
        return _Points(self.law.initial_state(elements), rest, np.zeros_like(rest), fresh_memory(self.blocks))

    def advance(self, position: FloatArray, dt: float) -> None:
        """See `Material.advance`; a point at which the law fails is an `ImpactError`.

        Before the first step, with `dt` zero, the law is not asked: rates have no meaning there, and points at rest
        bear no stress.
        """
        old, new, count = self.old, self.new, self.blocks.count
        nodes, constants = self.blocks.places, self.blocks.constants
        gradient = new.gradient.reshape(-1, 9)
        self.threads.run(gradient_blocks, count, position, nodes, constants, old.memory, gradient, self.springs)
        if dt > 0.0:
            started = time.perf_counter()
            new.cauchy, status = self.law.advance(old.state, old.gradient, new.gradient, dt, new.state)
            self.law_seconds += time.perf_counter() - started
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

    def state(self) -> FloatArray:
        """See `Material.state`."""
        return self.old.state

    def cauchy(self, gradient: FloatArray) -> FloatArray:
        """See `Material.cauchy`."""
        return self.old.cauchy

    def snapshot(self) -> dict[str, FloatArray]:
        """See `Material.snapshot`."""
        old = self.old
        return {
            "law_states": old.state,
            "gradients": old.gradient,
            "stresses": old.cauchy,
            "element_memory": old.memory,
        }

    def restore(self, arrays: dict[str, FloatArray]) -> None:
        """See `Material.restore`."""
        names = ("law_states", "gradients", "stresses", "element_memory")
        self.old = _Points(*(arrays[name].copy() for name in names))


def _report_failure(point: int, status: int, gradient: FloatArray) -> None:
    volume = float(np.linalg.det(gradient[point]))
    if volume > 0.0:
        raise ImpactError(f"the law fails in element {point} (status {status}, det F {volume:.3g})")
    raise ImpactError(f"element {point} is inverted (det F {volume:.3g})")


def make_material(law: Law, fused: bool, blocks: Blocks, elements: int, numbers: Numbers, threads: Threads) -> Material:
    """Return the material of a law, fused where the law allows it and `fused` asks for it."""
    if fused and getattr(law, "fused_kernel", "") in FUSED:
        return FusedMaterial(cast(FusedLaw, law), blocks, elements, numbers, threads)
    return ProtocolMaterial(law, blocks, elements, numbers, threads)
