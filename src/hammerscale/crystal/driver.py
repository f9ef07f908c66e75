"""The time integration of many grains on eight lanes; pasted below the generated kernels, so that both compile as
one module.

Every lane integrates one grain with its own time and step; a lane whose grain has ended takes the next one. Lanes
share nothing but the instruction stream, so a grain's result does not depend on its neighbours
(tests/crystal/test_integrator.py asserts equal bits).
"""

from typing import TYPE_CHECKING

import numpy as np

from hammerscale.arrays import Outcome
from hammerscale.compiler import njit
from hammerscale.crystal.layout import (
    ACCEPTED,
    ATTEMPT,
    ATTEMPTS,
    ATTENTION,
    DONE,
    GRAIN,
    LANES,
    NEXT_OUTPUT,
    OUTPUT,
    OUTPUT_DUE,
    OUTPUT_INDEX,
    OVERSHOOT,
    PATH,
    PREVIOUS_ERROR,
    REACHES_END,
    REFRESH,
    REJECTIONS,
    SEGMENT,
    SEGMENT_END,
    SEGMENT_START,
    SHORTENED,
    STEP,
    STRETCH,
    TIME,
)

if TYPE_CHECKING:
    from hammerscale.crystal.interface import (
        EVENT_STEP,
        FIRST_RATE,
        FIRST_TWIN,
        FREE_FRACTION,
        N_TWIN,
        RATE,
        SIZE,
        SLOTS,
        STATE,
        candidate,
        commit,
        evaluate,
        evaluate_path,
        interpolate,
        judge,
        second_stage,
        third_stage,
    )

# BEGIN DRIVER
# Entries of `control`.
INVERSE_TOLERANCE, FRACTION_WEIGHT, WEIGHT_DECAY, OVERSHOOT_ALLOWED, STEP_FLOOR, MAX_ATTEMPTS = range(6)
FIRST_STEP = 1e-3
# How a grain ended, and one more for a lane that goes on.
RUNNING, CONVERGED, NOT_FINITE = -1, int(Outcome.CONVERGED), int(Outcome.NOT_FINITE)
FLOOR, LIMIT = int(Outcome.STEP_FLOOR), int(Outcome.STEP_LIMIT)
NEVER = 1e300
CACHE_LINE = 64  # bytes


@njit(cache=True, error_model="numpy")
def set_segment(w, lane, segment, breakpoints, cubics):  # type: ignore[no-untyped-def]
    """Give a lane the cubics (s, 6, 4) of one segment of its path, and the rest of it as its next attempt."""
    w[SEGMENT * LANES + lane] = segment
    w[SEGMENT_START * LANES + lane] = breakpoints[segment]
    w[SEGMENT_END * LANES + lane] = breakpoints[segment + 1]
    for k in range(6):
        for j in range(4):
            w[(PATH + 4 * k + j) * LANES + lane] = cubics[segment, k, j]
    left, step = breakpoints[segment + 1] - breakpoints[segment], w[STEP * LANES + lane]
    refresh = w[REFRESH * LANES + lane] == 1.0
    w[ATTEMPT * LANES + lane] = 0.0 if refresh else min(step, left)
    w[REACHES_END * LANES + lane] = 1.0 if step >= left and not refresh else 0.0
    w[SHORTENED * LANES + lane] = 1.0 if step > left else 0.0


@njit(cache=True, error_model="numpy")
def load_grain(w, lane, grain, row, duration, first_output):  # type: ignore[no-untyped-def]
    """Put a grain's state (SIZE + 1,) on a lane; an attempt of length zero will evaluate its first rates."""
    for slot in range(SLOTS):
        w[slot * LANES + lane] = 0.0
    for q in range(SIZE):
        w[(STATE + q) * LANES + lane] = row[q]
    w[GRAIN * LANES + lane] = grain
    w[NEXT_OUTPUT * LANES + lane] = first_output
    w[STEP * LANES + lane] = min(row[SIZE] / duration, 1.0) if row[SIZE] > 0.0 else FIRST_STEP
    w[REFRESH * LANES + lane] = 1.0
    w[PREVIOUS_ERROR * LANES + lane] = 0.1


@njit(cache=True, error_model="numpy")
def park_lane(w, lane):  # type: ignore[no-untyped-def]
    """Leave a lane without work: an undeformed crystal at rest that is never looked at again."""
    for slot in range(SLOTS):
        w[slot * LANES + lane] = 0.0
    for q in range(0, 9, 4):
        w[(STATE + q) * LANES + lane] = 1.0
    for k in range(3):
        w[(PATH + 4 * k) * LANES + lane] = 1.0
    w[NEXT_OUTPUT * LANES + lane] = NEVER
    w[SEGMENT_END * LANES + lane] = NEVER
    w[ATTEMPTS * LANES + lane] = -NEVER


@njit(cache=True, error_model="numpy")
def raise_powers(w, exponents):  # type: ignore[no-untyped-def]
    """Raise the path's cubics to their powers (6,), each 1, -1, 1/2 or -1/2."""
    for k in range(6):
        if exponents[k] == 1.0:
            continue
        for entry in range((STRETCH + k) * LANES, (STRETCH + k + 1) * LANES):
            value = w[entry] if abs(exponents[k]) == 1.0 else np.sqrt(w[entry])
            w[entry] = value if exponents[k] > 0.0 else 1.0 / value


@njit(cache=True, error_model="numpy")
def add_outputs(w, weights, times, history):  # type: ignore[no-untyped-def]
    """Add to `history` (m, 8) what the grains are at those of `times` (m,) that lie within their last step."""
    due = True
    while due:
        due = False
        interpolate(w)
        for lane in range(LANES):
            if w[OUTPUT_DUE * LANES + lane] == 0.0:
                continue
            o = np.int64(w[OUTPUT_INDEX * LANES + lane])
            weight = weights[np.int64(w[GRAIN * LANES + lane])]
            for k in range(8):
                history[o, k] += weight * w[(OUTPUT + k) * LANES + lane]
            following = times[o + 1] if o + 1 < times.size else NEVER
            more = following <= w[TIME * LANES + lane]
            w[OUTPUT_INDEX * LANES + lane] = o + 1
            w[NEXT_OUTPUT * LANES + lane] = following
            w[OUTPUT_DUE * LANES + lane] = 1.0 if more else 0.0
            due = due or more


@njit(cache=True, error_model="numpy")
def crossing(start, slope, end, bound):  # type: ignore[no-untyped-def]
    """Return the first x in (0, 1] where start + slope x + (end - start - slope) x² meets `bound`; 1 if none."""
    a, c = end - start - slope, start - bound
    discriminant = slope * slope - 4.0 * a * c
    if discriminant < 0.0:
        return 1.0
    # The root that joins continuously to -c/slope as a vanishes; the sign is that of the way from start to bound.
    root = np.sqrt(discriminant)
    divisor = -slope + root if c > 0.0 else -slope - root
    if divisor == 0.0:
        return 1.0
    x = 2.0 * c / divisor
    return x if 0.0 < x < 1.0 else 1.0


@njit(cache=True, error_model="numpy")
def shorten_to_event(w, lane, allowed):  # type: ignore[no-untyped-def]
    """After an attempt that carried a twin fraction out of its bounds: aim the next one at the first crossing."""
    h = w[DONE * LANES + lane]
    x, start, slope, end = 1.0, 0.0, 0.0, 0.0
    for b in range(N_TWIN):
        s = w[(STATE + FIRST_TWIN + b) * LANES + lane]
        k = h * w[(FIRST_RATE + FIRST_TWIN + b) * LANES + lane]
        e = w[(FREE_FRACTION + b) * LANES + lane]
        start, slope, end = start + s, slope + k, end + e
        if e < -allowed:
            x = min(x, crossing(s, k, e, -0.5 * allowed))
    if end > 1.0 + allowed:
        x = min(x, crossing(start, slope, end, 1.0 + 0.5 * allowed))
    attempt = min(h * min(max(x, 0.02), 0.98), w[STEP * LANES + lane])
    w[ATTEMPT * LANES + lane] = max(attempt, 0.5 * EVENT_STEP)
    w[REACHES_END * LANES + lane] = 0.0
    w[SHORTENED * LANES + lane] = 1.0


@njit(cache=True, error_model="numpy")
def attempt_step(w, c, exponents, powers, control):  # type: ignore[no-untyped-def]
    """Let every lane try one step and judge it."""
    evaluate_path(w, 0.5)
    if powers:
        raise_powers(w, exponents)
    second_stage(w)
    evaluate(w, c)
    evaluate_path(w, 0.75)
    if powers:
        raise_powers(w, exponents)
    third_stage(w)
    evaluate(w, c)
    evaluate_path(w, 1.0)
    if powers:
        raise_powers(w, exponents)
    candidate(w)
    evaluate(w, c)
    judge(
        w,
        control[INVERSE_TOLERANCE],
        control[FRACTION_WEIGHT],
        control[WEIGHT_DECAY],
        control[OVERSHOOT_ALLOWED],
        control[STEP_FLOOR],
        control[MAX_ATTEMPTS],
    )


@njit(cache=True, error_model="numpy")
def look_after(w, lane, breakpoints, cubics, control):  # type: ignore[no-untyped-def]
    """Do what a lane needs besides stepping; return how its grain ended, or RUNNING."""
    if w[ACCEPTED * LANES + lane] == 1.0 and w[TIME * LANES + lane] >= w[SEGMENT_END * LANES + lane]:
        segment = np.int64(w[SEGMENT * LANES + lane]) + 1
        if segment == breakpoints.size - 1:
            return CONVERGED
        set_segment(w, lane, segment, breakpoints, cubics)
    if w[ATTEMPTS * LANES + lane] >= control[MAX_ATTEMPTS]:
        return LIMIT
    if w[ACCEPTED * LANES + lane] == 1.0:
        return RUNNING
    if w[OVERSHOOT * LANES + lane] > control[OVERSHOOT_ALLOWED] and w[DONE * LANES + lane] > EVENT_STEP:
        shorten_to_event(w, lane, control[OVERSHOOT_ALLOWED])
    if w[ATTEMPT * LANES + lane] >= control[STEP_FLOOR]:
        return RUNNING
    total = 0.0
    for q in range(SIZE):
        total += w[(RATE + q) * LANES + lane]
    return FLOOR if total - total == 0.0 else NOT_FINITE


@njit(cache=True, error_model="numpy")
def unload_grain(w, lane, states, duration, counts):  # type: ignore[no-untyped-def]
    """Write a lane's state back to `states` (n, SIZE + 1) and add to the counts of attempts and rejections."""
    grain = np.int64(w[GRAIN * LANES + lane])
    for q in range(SIZE):
        states[grain, q] = w[(STATE + q) * LANES + lane]
    states[grain, SIZE] = w[STEP * LANES + lane] * duration
    counts[0] += w[ATTEMPTS * LANES + lane]
    counts[1] += w[REJECTIONS * LANES + lane]


@njit(cache=True, error_model="numpy")
def refill(w, lane, waiting, states, breakpoints, cubics, duration, first_output):  # type: ignore[no-untyped-def]
    """Give a lane the next waiting grain and return 1, or park it and return 0."""
    if waiting >= states.shape[0]:
        park_lane(w, lane)
        return 0
    load_grain(w, lane, waiting, states[waiting], duration, first_output)
    start_fractions(w, lane)
    set_segment(w, lane, 0, breakpoints, cubics)
    return 1


@njit(cache=True, error_model="numpy")
def start_fractions(w, lane):  # type: ignore[no-untyped-def]
    """Mark which variants are present in a grain that has just been loaded."""
    for b in range(N_TWIN):
        w[(FREE_FRACTION - N_TWIN + b) * LANES + lane] = w[(STATE + FIRST_TWIN + b) * LANES + lane]


@njit(cache=True, error_model="numpy")
def run_grains(  # type: ignore[no-untyped-def]
    states, weights, breakpoints, cubics, exponents, times, duration, c, control, history, counts, w
):  # fmt: skip
    """Integrate grains (n, SIZE + 1) along one path, in place; return how that ended and up to which time it is good.

    The last entry of a state is the step size to start with [s], 0 where unknown. `history` (m, 8) gains the weighted
    sums at `times` (m,), `counts` (3,) the attempts, rejections and rate evaluations; `w` is the work buffer.
    """
    powers, waiting, running, outcome, good = False, 0, 0, CONVERGED, 1.0
    for k in range(6):
        powers = powers or exponents[k] != 1.0
    for lane in range(LANES):
        loaded = refill(w, lane, waiting, states, breakpoints, cubics, duration, times[0])
        waiting, running = waiting + loaded, running + loaded
    while running > 0:
        attempt_step(w, c, exponents, powers, control)
        outputs, attention = 0.0, 0.0
        for lane in range(LANES):
            outputs += w[OUTPUT_DUE * LANES + lane]
            attention += w[ATTENTION * LANES + lane]
        if outputs > 0.0:
            add_outputs(w, weights, times, history)
        commit(w)
        for lane in range(LANES if attention > 0.0 else 0):
            if w[ATTENTION * LANES + lane] == 0.0:
                continue
            result = look_after(w, lane, breakpoints, cubics, control)
            if result == RUNNING:
                continue
            if result != CONVERGED and w[TIME * LANES + lane] < good:
                outcome, good = result, w[TIME * LANES + lane]
            unload_grain(w, lane, states, duration, counts)
            loaded = refill(w, lane, waiting, states, breakpoints, cubics, duration, times[0])
            waiting, running = waiting + loaded, running + loaded - 1
    counts[2] = 3.0 * counts[0]
    return outcome, good


@njit(cache=True, error_model="numpy", nogil=True)
def run_batch(  # type: ignore[no-untyped-def]
    begin, end, states, weights, starts, breakpoints, cubics, exponents, times, durations, constants, control,
    history, counts, outcomes, good
):  # fmt: skip
    """Integrate the paths begin..end of a batch; path p has the breakpoints and cubics starts[p]..starts[p+1].

    states (p, 1 + n, SIZE + 1), whose first row is the caller's, weights (n,), breakpoints (Σ(s+1),), cubics
    (Σ(s+1), 6, 4) with one unused row per path, exponents (p, 6), times (m,), durations (p,), constants (p, k),
    history (p, m, 8), counts (p, 3), outcomes (p,), good (p,).
    """
    # A vector that straddles two cache lines costs two accesses, and Numba aligns to half a line only.
    spare = np.empty((SLOTS + 1) * LANES)
    start = (-spare.ctypes.data % CACHE_LINE) // spare.itemsize
    w = spare[start : start + SLOTS * LANES]
    for p in range(begin, end):
        a, b = starts[p], starts[p + 1]
        outcomes[p], good[p] = run_grains(
            states[p, 1:], weights, breakpoints[a:b], cubics[a:b], exponents[p], times, durations[p], constants[p],
            control, history[p], counts[p], w
        )  # fmt: skip
