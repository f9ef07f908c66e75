"""The memory of one unit cell as one structured record: named planes with shapes and offsets known to the compiler.

Numba compiles a kernel once per record type, so the grid size is a literal inside the loops: they vectorise without
alias checks, although the source is written for any grid.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Added to every row: room for the periodic neighbour, and no power-of-two distance between rows (cache sets).
ROW_PADDING = 16
RADIX_4_STAGES = 3
HEADER = 8


@dataclass
class _Layout:
    """Fields of a structured dtype, laid out one after the other on cache lines."""

    names: list[str]
    formats: list[tuple[str, tuple[int, ...]]]
    offsets: list[int]
    size: int = 0

    def add(self, name: str, kind: str, shape: tuple[int, ...], offset: int | None = None) -> int:
        """Append a field, or lay it over an earlier one at `offset`; return where it starts."""
        start = self.size if offset is None else offset
        self.names.append(name)
        self.formats.append((kind, shape))
        self.offsets.append(start)
        end = start + np.dtype(kind).itemsize * int(np.prod(shape))
        self.size = max(self.size, -(-end // 64) * 64)
        return start

    def dtype(self) -> np.dtype[np.void]:
        """Return the structured dtype."""
        spec = {"names": self.names, "formats": self.formats, "offsets": self.offsets, "itemsize": self.size}
        return np.dtype(spec)  # type: ignore[call-overload]


def fourier_radices(n: int) -> tuple[int, int]:
    """Return (number of radix-4 stages, radix of the last stage) whose transform has length n."""
    stages = 0
    while stages < RADIX_4_STAGES and n % 4 == 0:
        n //= 4
        stages += 1
    return stages, n


def state_size(n: int) -> int:
    """Return the number of float64 that a cell of n×n pixels carries from step to step."""
    return HEADER + 9 * n * n


def workspace_dtype(n: int, precision: str = "f8") -> np.dtype[np.void]:
    """Return the record type of a cell of n×n pixels whose transforms have `precision`.

    Where transforms only precondition (rotated scheme), single precision ("f4") changes no digit of the stress.

    State (what a step hands to the next): `header` holds step sizes and accumulated scalars, `inelastic` the stretch
    e^(2γ) of every pixel, `fluctuation` (plane, 2, n, n) the displacement, its first and second increment per step and
    the usual difference between corrector and predictor.
    """
    row = n + ROW_PADDING
    layout = _Layout([], [], [])
    start = layout.add("state", "f8", (state_size(n),))
    layout.add("header", "f8", (HEADER,), start)
    layout.add("inelastic", "f8", (n, n), start + 8 * HEADER)
    layout.add("fluctuation", "f8", (4, 2, n, n), start + 8 * (HEADER + n * n))
    layout.add("orientation", "f8", (2, n, n))
    for name in ("inelastic_old", "cosh", "sinh", "shear", "stiffness", "rate_old", "rate"):
        layout.add(name, "f8", (n, n))
    layout.add("mean", "f8", (4,))
    layout.add("sums", "f8", (12,))
    layout.add("predicted", "f8", (2, n, n))
    layout.add("displacement", "f8", (2, n + 1, row))
    layout.add("field", "f8", (n, 4, row))
    layout.add("tangent", "f8", (n, 10, row))
    layout.add("direction", "f8", (2, n + 1, row))
    layout.add("residual", "f8", (2, n + 1, row))
    layout.add("image", "f8", (2, n + 1, row))
    layout.add("row", "f8", (4, row))
    layout.add("extreme", "f8", (n,))
    layout.add("flux", "f8", (4, row))
    _add_fourier(layout, n, precision)
    return layout.dtype()


def _add_fourier(layout: _Layout, n: int, precision: str) -> None:
    """Add the spectrum, its views of the stages of the transform, twiddle factors and symbols."""
    row = n + ROW_PADDING
    start = layout.add("spectrum", precision, (2, n, row))
    layout.add("reflected", precision, (2, n, row))
    stages, radix = fourier_radices(n)
    length = n
    for stage in range(RADIX_4_STAGES):
        used = stage < stages
        shape = (2, n // length, 4, length // 4, row) if used else (2, 0, 4, 1, row)
        layout.add(f"stage{stage}", precision, shape, start)
        layout.add(f"twiddle{stage}", precision, (shape[3], 6))
        length = length // 4 if used else length
    layout.add("last_stage", precision, (2, n // radix, radix, row), start)
    layout.add("roots", precision, (2, radix, radix))
    layout.add("unit", precision, (2,))
    layout.add("scratch", precision, (2, radix, row))
    layout.add("green", precision, (3, n, row))
    layout.add("opposite", "u4", (n,))
    layout.add("frequency", precision, (2, n, row))


def new_workspace(n: int, precision: str = "f8") -> npt.NDArray[np.void]:
    """Return a zeroed workspace, an array (1,) of the record, on a cache-line boundary."""
    dtype = workspace_dtype(n, precision)
    raw = np.zeros(dtype.itemsize + 64, dtype=np.uint8)
    skip = -raw.ctypes.data % 64
    return raw[skip : skip + dtype.itemsize].view(dtype)
