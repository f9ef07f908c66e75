"""The numbers of a block of eight grains as one structured record: named planes of one vector per number.

Every offset is a constant for the compiler, so one loop over the lanes reads and writes whole vectors. With offsets in
variables, or with several arrays, the loop stays scalar. Numba compiles a kernel once per record type.
"""

import numpy as np
import numpy.typing as npt

from hammerscale.crystal.state_layout import StateLayout

LANES = 8
CACHE_LINE = 64  # bytes, one vector

# Numbers of the step control, the same for every crystal.
CONTROL = (
    "time",  # normalised time reached
    "segment_start",
    "segment_end",
    "next_output",  # time of the next output of this lane
    "step",  # step size the controller wants
    "attempt",  # step size being tried: `step`, or less before a breakpoint or an event
    "done",  # step size of the last attempt
    "reaches_end",  # 1 where the attempt ends at `segment_end`
    "shortened",  # 1 where the attempt is shorter than `step`
    "previous_error",
    "overshoot",  # how far a twin fraction, or their sum, left its bounds
    "accepted",
    "output_due",  # 1 where an output time lies within the last step
    "attention",  # 1 where the driver must look after the lane
    "attempts",
    "rejections",
    "refresh",  # 1 where the next attempt has length zero, to evaluate the rates behind an event
    "grain",  # what the lane works on, and where in its path and output it is
    "segment",
    "output_index",
)


def planes(layout: StateLayout, implicit: bool) -> dict[str, int]:
    """Return the vectors under each name.

    path : cubics of the stretch (6 × 4); output : mean of stress and the two energies at an output time; state : at the
    start of the step; stage : where rates are evaluated; rate : at the stage; first_rate.. : of the stages; estimate :
    the error, of the explicit step without its last stage; start_fraction : twin fractions that decide which variants
    are pinned; free_fraction : those at the end of the attempt, before they are put back into their bounds.
    The implicit step has more: flow : stretching of the stage's own rates; strain : deviator of the elastic strain at
    the start; stress_rate, factor, relaxation : see `crystal.implicit_step`; slope, sense, gain, stored_stress,
    lost_stress : of every system at the start.
    """
    rates = ("first_rate", "second_rate", *(("third_rate", "fourth_rate") if implicit else ()))
    states = dict.fromkeys(("state", "stage", "rate", *rates), layout.size)
    twins = dict.fromkeys(("start_fraction", "free_fraction"), layout.n_twin)
    common = {"stretch": 6, "path": 24, "output": 8, **states, "estimate": layout.evolving, **twins}
    if not implicit:
        return common
    five = dict.fromkeys(("flow", "strain", "stress_rate", "relaxation0", "relaxation1", "relaxation2"), 5)
    systems = dict.fromkeys(("slope", "sense", "gain", "stored_stress", "lost_stress"), layout.n_slip + layout.n_twin)
    return {**common, **five, **systems, "factor": 15}


def block_dtype(layout: StateLayout, implicit: bool) -> np.dtype[np.void]:
    """Return the record type: fields (8,) of the control, planes (k, 8), and `everything` (all, 8) over both."""
    rows = planes(layout, implicit)
    shapes = [(LANES,)] * len(CONTROL) + [(k, LANES) for k in rows.values()]
    starts = np.cumsum([0] + [1] * len(CONTROL) + list(rows.values()))
    spec = {
        "names": [*CONTROL, *rows, "everything"],
        "formats": [("f8", shape) for shape in [*shapes, (int(starts[-1]), LANES)]],
        "offsets": [*(CACHE_LINE * starts[:-1]).tolist(), 0],
        "itemsize": CACHE_LINE * int(starts[-1]),
    }
    return np.dtype(spec)  # type: ignore[call-overload]


def new_block(layout: StateLayout, implicit: bool) -> npt.NDArray[np.void]:
    """Return a zeroed block, an array (1,) of the record, on a cache-line boundary.

    A vector that straddles two cache lines costs two accesses.
    """
    dtype = block_dtype(layout, implicit)
    raw = np.zeros(dtype.itemsize + CACHE_LINE, dtype=np.uint8)
    skip = -raw.ctypes.data % CACHE_LINE
    return raw[skip : skip + dtype.itemsize].view(dtype)
