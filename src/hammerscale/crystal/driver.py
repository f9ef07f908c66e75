"""The time integration of many grains on eight lanes; pasted below the generated kernels, so that both compile as one module.

Every lane integrates one grain with its own time and step; a lane whose grain has ended takes the next one. Lanes share nothing but
the instruction stream, so a grain's result does not depend on its neighbours (tests/crystal/test_driver.py asserts equal bits).
"""

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from hammerscale.crystal.layout import (
    ACCEPTED,
    ATTEMPT,
    ATTEMPTS,
    ATTENTION,
    DONE,
    DYNAMIC,
    LANES,
    NEXT_OUTPUT,
    OUTPUT,
    OVERSHOOT,
    PATH,
    PREVIOUS_ERROR,
    REACHES_END,
    REFRESH,
    REJECTIONS,
    SEGMENT_END,
    SEGMENT_START,
    SHORTENED,
    STEP,
    STRETCH,
    TIME,
)

if TYPE_CHECKING:
    from hammerscale.crystal.interface import (
        candidate,
        evaluate,
        evaluate_path,
        interpolate,
        judge,
        second_stage,
        third_stage,
    )

# BEGIN DRIVER
# Entries of `control`.
INVERSE_TOLERANCE, FRACTION_WEIGHT, OVERSHOOT_ALLOWED, SAFETY, PROPORTIONAL, MEMORY, STEP_FLOOR, MAX_ATTEMPTS = range(8)
FIRST_STEP = 1e-3
# Half the length below which `judge` lets a fraction leave its bounds.
SHORTEST_EVENT_STEP = 0.5e-8
# Outcomes, as in `hammerscale.rev.unit_cell.Outcome`.
CONVERGED, FLOOR, LIMIT, NOT_FINITE = 0, 1, 2, 4
NEVER = 1e300


@njit(cache=True, error_model="numpy")
def set_segment(w, lane, segment, breakpoints, cubics):  # type: ignore[no-untyped-def]
    """Give a lane the cubics (s, 6, 4) of one segment of its path."""
    w[SEGMENT_START * LANES + lane] = breakpoints[segment]
    w[SEGMENT_END * LANES + lane] = breakpoints[segment + 1]
    for k in range(6):
        for j in range(4):
            w[(PATH + 4 * k + j) * LANES + lane] = cubics[segment, k, j]


@njit(cache=True, error_model="numpy")
def load_grain(w, lane, row, size, step, first_output):  # type: ignore[no-untyped-def]
    """Put a grain's state (size,) on a lane; an attempt of length zero will evaluate its first rates."""
    for slot in range(PATH):
        w[slot * LANES + lane] = 0.0
    for slot in range(DYNAMIC + size, w.size // LANES):
        w[slot * LANES + lane] = 0.0
    for q in range(size):
        w[(DYNAMIC + q) * LANES + lane] = row[q]
    w[NEXT_OUTPUT * LANES + lane] = first_output
    w[STEP * LANES + lane] = step
    w[PREVIOUS_ERROR * LANES + lane] = 0.1


@njit(cache=True, error_model="numpy")
def set_start_fractions(w, lane, row, first, n_twin, size):  # type: ignore[no-untyped-def]
    """Mark which variants are present at the start."""
    for b in range(n_twin):
        w[(DYNAMIC + 8 * size + b) * LANES + lane] = row[first + b]


@njit(cache=True, error_model="numpy")
def park_lane(w, lane, size):  # type: ignore[no-untyped-def]
    """Leave a lane without work: an undeformed crystal at rest that is never looked at again."""
    for slot in range(w.size // LANES):
        w[slot * LANES + lane] = 0.0
    for q in range(0, 9, 4):
        w[(DYNAMIC + q) * LANES + lane] = 1.0
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
def add_outputs(w, grain, output, weights, times, history):  # type: ignore[no-untyped-def]
    """Add to `history` (m, 8) what every lane's grain is at those of `times` (m,) that lie within its last step."""
    due = True
    while due:
        due = False
        interpolate(w)
        for lane in range(LANES):
            time = w[NEXT_OUTPUT * LANES + lane]
            if w[ACCEPTED * LANES + lane] == 1.0 and time <= w[TIME * LANES + lane]:
                row, weight = history[output[lane]], weights[grain[lane]]
                for k in range(8):
                    row[k] += weight * w[(OUTPUT + k) * LANES + lane]
                output[lane] += 1
                o = output[lane]
                w[NEXT_OUTPUT * LANES + lane] = times[o] if o < times.size else NEVER
                due = due or w[NEXT_OUTPUT * LANES + lane] <= w[TIME * LANES + lane]


@njit(cache=True, error_model="numpy")
def crossing(start, slope, end, bound):  # type: ignore[no-untyped-def]
    """Return the first x in (0, 1] where the parabola start + slope x + (end - start - slope) x² meets `bound`; 1 if none."""
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
def shorten_to_event(w, lane, first, n_twin, size, allowed):  # type: ignore[no-untyped-def]
    """After an attempt that carried a twin fraction out of its bounds: try again up to the first crossing, and return that length."""
    h = w[DONE * LANES + lane]
    x, start, slope, end = 1.0, 0.0, 0.0, 0.0
    for b in range(n_twin):
        s = w[(DYNAMIC + first + b) * LANES + lane]
        k = h * w[(DYNAMIC + 3 * size + first + b) * LANES + lane]
        e = w[(DYNAMIC + 8 * size + n_twin + b) * LANES + lane]
        start, slope, end = start + s, slope + k, end + e
        if e < -allowed:
            x = min(x, crossing(s, k, e, -0.5 * allowed))
    if end > 1.0 + allowed:
        x = min(x, crossing(start, slope, end, 1.0 + 0.5 * allowed))
    attempt = max(min(h * min(max(x, 0.02), 0.98), w[STEP * LANES + lane]), SHORTEST_EVENT_STEP)
    w[ATTEMPT * LANES + lane] = attempt
    w[REACHES_END * LANES + lane] = 0.0
    w[SHORTENED * LANES + lane] = 1.0
    return attempt


@njit(cache=True, error_model="numpy")
def attempt_step(w, c, exponents, powers, control):  # type: ignore[no-untyped-def]
    """Let every lane try one step."""
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
        control[OVERSHOOT_ALLOWED],
        control[SAFETY],
        control[PROPORTIONAL],
        control[MEMORY],
        control[STEP_FLOOR],
        control[MAX_ATTEMPTS],
    )


@njit(cache=True, error_model="numpy")
def failure(w, lane, first, n_twin, size, control):  # type: ignore[no-untyped-def]
    """Decide what a rejected attempt that needs attention means: an outcome, CONVERGED where the lane may go on."""
    if w[ATTEMPTS * LANES + lane] >= control[MAX_ATTEMPTS]:
        return LIMIT
    if w[ACCEPTED * LANES + lane] == 1.0:
        return CONVERGED
    attempt = w[ATTEMPT * LANES + lane]
    if w[OVERSHOOT * LANES + lane] > control[OVERSHOOT_ALLOWED] and w[DONE * LANES + lane] > 2.0 * SHORTEST_EVENT_STEP:
        attempt = shorten_to_event(w, lane, first, n_twin, size, control[OVERSHOOT_ALLOWED])
    if attempt >= control[STEP_FLOOR]:
        return CONVERGED
    total = 0.0
    for q in range(size):
        total += w[(DYNAMIC + 2 * size + q) * LANES + lane]
    return FLOOR if total - total == 0.0 else NOT_FINITE


@njit(cache=True, error_model="numpy")
def run_grains(  # type: ignore[no-untyped-def]
    states, weights, breakpoints, cubics, exponents, times, duration, c, n_slip, n_twin, control, history, counts, w
):
    """Integrate grains (n, size + 1) along one path, in place, and return how that ended and up to which time it is good.

    The last entry of a state is the step size to start with [s], 0 where unknown. `history` (m, 8) gains the weighted sums at `times`
    (m,), `counts` (3,) the attempts, rejections and rate evaluations; `w` is the work buffer.
    """
    n, size, first = states.shape[0], states.shape[1] - 1, 9 + n_slip
    powers = False
    for k in range(6):
        powers = powers or exponents[k] != 1.0
    grain, segment, output = np.full(LANES, -1), np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    waiting, running, outcome, good = 0, 0, CONVERGED, 1.0
    first_output = times[0]
    for lane in range(LANES):
        park_lane(w, lane, size)
        w[ATTENTION * LANES + lane] = 1.0
        grain[lane] = -2
    starting = True
    while starting or running > 0:
        if not starting:
            attempt_step(w, c, exponents, powers, control)
        looked_at = 0.0
        for lane in range(LANES):
            looked_at += w[ATTENTION * LANES + lane]
        if looked_at == 0.0:
            continue
        if not starting:
            add_outputs(w, grain, output, weights, times, history)
        for lane in range(LANES):
            if w[ATTENTION * LANES + lane] == 0.0 or grain[lane] == -1:
                continue
            g = grain[lane]
            ended = starting
            if not starting:
                result = failure(w, lane, first, n_twin, size, control)
                time = w[TIME * LANES + lane]
                if w[ACCEPTED * LANES + lane] == 1.0:
                    if time >= w[SEGMENT_END * LANES + lane]:
                        segment[lane] += 1
                        if segment[lane] == breakpoints.size - 1:
                            ended = True
                            result = CONVERGED
                        else:
                            set_segment(w, lane, segment[lane], breakpoints, cubics)
                            left = w[SEGMENT_END * LANES + lane] - time
                            step = w[STEP * LANES + lane]
                            refresh = w[REFRESH * LANES + lane] == 1.0
                            w[ATTEMPT * LANES + lane] = 0.0 if refresh else min(step, left)
                            w[REACHES_END * LANES + lane] = 1.0 if step >= left and not refresh else 0.0
                            w[SHORTENED * LANES + lane] = 1.0 if step > left else 0.0
                if result != CONVERGED:
                    ended = True
                    if time < good:
                        outcome, good = result, time
                if ended:
                    for q in range(size):
                        states[g, q] = w[(DYNAMIC + q) * LANES + lane]
                    states[g, size] = w[STEP * LANES + lane] * duration
                    counts[0] += w[ATTEMPTS * LANES + lane]
                    counts[1] += w[REJECTIONS * LANES + lane]
                    running -= 1
            if ended and waiting < n:
                step = states[waiting, size] / duration if states[waiting, size] > 0.0 else FIRST_STEP
                load_grain(w, lane, states[waiting], size, min(step, 1.0), first_output)
                set_start_fractions(w, lane, states[waiting], first, n_twin, size)
                set_segment(w, lane, 0, breakpoints, cubics)
                grain[lane], segment[lane], output[lane] = waiting, 0, 0
                waiting += 1
                running += 1
            elif ended:
                park_lane(w, lane, size)
                grain[lane] = -1
        starting = False
    counts[2] = 3.0 * counts[0]
    return outcome, good


@njit(cache=True, error_model="numpy", nogil=True)
def run_batch(  # type: ignore[no-untyped-def]
    begin, end, states, weights, starts, breakpoints, cubics, exponents, times, durations, constants, n_slip, n_twin,
    control, history, counts, outcomes, good, slots
):  # fmt: skip
    """Integrate the paths begin..end of a batch; path p has the breakpoints and cubics starts[p]..starts[p+1].

    states (p, 1 + n, size+1), whose first row is the caller's, weights (n,), breakpoints (Σ(s+1),), cubics (Σ(s+1), 6, 4) with one unused row per path, exponents (p, 6),
    times (m,), durations (p,), constants (p, k), history (p, m, 8), counts (p, 3), outcomes (p,), good (p,).
    """
    w = np.empty(slots * LANES)
    for p in range(begin, end):
        a, b = starts[p], starts[p + 1]
        outcomes[p], good[p] = run_grains(
            states[p, 1:], weights, breakpoints[a:b], cubics[a:b], exponents[p], times, durations[p], constants[p],
            n_slip, n_twin, control, history[p], counts[p], w
        )  # fmt: skip
