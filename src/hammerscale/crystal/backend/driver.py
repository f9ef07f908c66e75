"""The time integration of many grains on eight lanes.

A copy of this file lies next to the generated kernels of every crystal and takes them from there; `grain_kernels` in
this folder only names them. So does `attempt`, which is `explicit_attempt` or `implicit_attempt` there. Every lane
integrates one grain with its own time and step; a lane whose grain has ended takes the next one. Lanes share nothing
but the instruction stream, so a grain's result does not depend on its neighbours (tests/crystal/test_integrator.py
asserts equal bits).

`w` is a block of eight grains (`backend.block`), `settings` the entries of `step_control.ControlSettings`.
"""

import numpy as np

from hammerscale.arrays import Outcome
from hammerscale.compiler import njit
from hammerscale.crystal.backend.block import LANES
from hammerscale.crystal.step_control import EVENT_STEP, SETTING_NAMES, STEPS_LEFT

from .attempt import EVALUATIONS, STIFF, attempt_step
from .grain_kernels import OUTPUT_NEEDS_PATH, commit, evaluate_output_path, interpolate
from .powers import raise_powers

OVERSHOOT_ALLOWED, STEP_FLOOR = SETTING_NAMES.index("overshoot_allowed"), SETTING_NAMES.index("step_floor")
KINK_STRAIN = SETTING_NAMES.index("kink_strain")
FIRST_STEP = 1e-3
# How a grain ended, and one more for a lane that goes on.
RUNNING, CONVERGED, NOT_FINITE = -1, int(Outcome.CONVERGED), int(Outcome.NOT_FINITE)
FLOOR, LIMIT = int(Outcome.STEP_FLOOR), int(Outcome.STEP_LIMIT)
NEVER = 1e300


@njit(cache=True, error_model="numpy")
def kink(w, lane, cubics):  # type: ignore[no-untyped-def]
    """Return by how much the slope of a lane's path jumps at the end of its segment; the first one follows rest."""
    jump, t = 0.0, w.segment_end[lane] - w.segment_start[lane]
    for k in range(6):
        slope = w.path[4 * k + 1, lane] + t * (2.0 * w.path[4 * k + 2, lane] + 3.0 * t * w.path[4 * k + 3, lane])
        jump = max(jump, abs(cubics[k, 1] - slope))
    return jump


@njit(cache=True, error_model="numpy")
def set_segment(w, lane, segment, breakpoints, cubics, settings):  # type: ignore[no-untyped-def]
    """Give a lane the cubics (s, 6, 4) of one segment of its path, and the rest of it as its next attempt."""
    if STIFF:
        # Flow dies within a fraction of the elastic strain where a path turns: no error estimate sees a longer step.
        w.step[lane] = min(w.step[lane], settings[KINK_STRAIN] / max(kink(w, lane, cubics[segment]), 1e-300))
    w.segment[lane] = segment
    w.segment_start[lane] = breakpoints[segment]
    w.segment_end[lane] = breakpoints[segment + 1]
    for k in range(6):
        for j in range(4):
            w.path[4 * k + j, lane] = cubics[segment, k, j]
    left, step = breakpoints[segment + 1] - breakpoints[segment], w.step[lane]
    refresh = w.refresh[lane] == 1.0
    w.attempt[lane] = 0.0 if refresh else min(step, left)
    w.reaches_end[lane] = 1.0 if step >= left and not refresh else 0.0
    w.shortened[lane] = 1.0 if step > left else 0.0


@njit(cache=True, error_model="numpy")
def clear_lane(w, lane):  # type: ignore[no-untyped-def]
    """Set all numbers of a lane to zero."""
    for row in range(w.everything.shape[0]):
        w.everything[row, lane] = 0.0


@njit(cache=True, error_model="numpy")
def load_grain(w, lane, grain, row, duration, first_output):  # type: ignore[no-untyped-def]
    """Put a grain's state (size + 1,) on a lane; its first rates may need an attempt of length zero."""
    clear_lane(w, lane)
    size, twins = w.state.shape[0], w.start_fraction.shape[0]
    for q in range(size):
        w.state[q, lane] = row[q]
    # Which variants are present decides which are pinned.
    for b in range(twins):
        w.start_fraction[b, lane] = w.state[w.estimate.shape[0] - twins + b, lane]
    w.grain[lane] = grain
    w.next_output[lane] = first_output
    w.step[lane] = min(row[size] / duration, 1.0) if row[size] > 0.0 else FIRST_STEP
    w.refresh[lane] = 0.0 if STIFF else 1.0
    w.previous_error[lane] = 0.1


@njit(cache=True, error_model="numpy")
def park_lane(w, lane):  # type: ignore[no-untyped-def]
    """Leave a lane without work: an undeformed crystal at rest that is never looked at again."""
    clear_lane(w, lane)
    for q in range(0, 9, 4):
        w.state[q, lane] = 1.0
    for k in range(3):
        w.path[4 * k, lane] = 1.0
    w.next_output[lane] = NEVER
    w.segment_end[lane] = NEVER
    w.attempts[lane] = -NEVER


@njit(cache=True, error_model="numpy")
def add_outputs(w, c, exponents, powers, weights, times, history):  # type: ignore[no-untyped-def]
    """Add to `history` (m, 8) what the grains are at those of `times` (m,) that lie within their last step."""
    due = True
    while due:
        due = False
        if OUTPUT_NEEDS_PATH:
            evaluate_output_path(w)
            if powers:
                raise_powers(w, exponents)
        interpolate(w, c)
        for lane in range(LANES):
            if w.output_due[lane] == 0.0:
                continue
            o = np.int64(w.output_index[lane])
            weight = weights[np.int64(w.grain[lane])]
            for k in range(8):
                history[o, k] += weight * w.output[k, lane]
            following = times[o + 1] if o + 1 < times.size else NEVER
            more = following <= w.time[lane]
            w.output_index[lane] = o + 1
            w.next_output[lane] = following
            w.output_due[lane] = 1.0 if more else 0.0
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
    h = w.done[lane]
    x, start, slope, end = 1.0, 0.0, 0.0, 0.0
    twins = w.free_fraction.shape[0]
    first_twin = w.estimate.shape[0] - twins
    for b in range(twins):
        s, e = w.state[first_twin + b, lane], w.free_fraction[b, lane]
        k = h * w.first_rate[first_twin + b, lane]
        start, slope, end = start + s, slope + k, end + e
        if e < -allowed:
            x = min(x, crossing(s, k, e, -0.5 * allowed))
    if end > 1.0 + allowed:
        x = min(x, crossing(start, slope, end, 1.0 + 0.5 * allowed))
    attempt = min(h * min(max(x, 0.02), 0.98), w.step[lane])
    w.attempt[lane] = max(attempt, 0.5 * EVENT_STEP)
    w.reaches_end[lane] = 0.0
    w.shortened[lane] = 1.0


@njit(cache=True, error_model="numpy")
def look_after(w, lane, breakpoints, cubics, settings):  # type: ignore[no-untyped-def]
    """Do what a lane needs besides stepping; return how its grain ended, or RUNNING."""
    if w.accepted[lane] == 1.0 and w.time[lane] >= w.segment_end[lane]:
        segment = np.int64(w.segment[lane]) + 1
        if segment == breakpoints.size - 1:
            return CONVERGED
        set_segment(w, lane, segment, breakpoints, cubics, settings)
    if w.attempts[lane] >= settings[STEPS_LEFT]:
        return LIMIT
    if w.accepted[lane] == 1.0:
        return RUNNING
    if w.overshoot[lane] > settings[OVERSHOOT_ALLOWED] and w.done[lane] > EVENT_STEP:
        shorten_to_event(w, lane, settings[OVERSHOOT_ALLOWED])
    if w.attempt[lane] >= settings[STEP_FLOOR]:
        return RUNNING
    total = 0.0
    for q in range(w.rate.shape[0]):
        total += w.rate[q, lane]
    return FLOOR if total - total == 0.0 else NOT_FINITE


@njit(cache=True, error_model="numpy")
def unload_grain(w, lane, states, duration, counts):  # type: ignore[no-untyped-def]
    """Write a lane's state back to `states` (n, size + 1) and add to the counts of attempts and rejections."""
    grain = np.int64(w.grain[lane])
    size = w.state.shape[0]
    for q in range(size):
        states[grain, q] = w.state[q, lane]
    states[grain, size] = w.step[lane] * duration
    counts[0] += w.attempts[lane]
    counts[1] += w.rejections[lane]


@njit(cache=True, error_model="numpy")
def refill(w, lane, waiting, states, breakpoints, cubics, duration, first_output, settings):  # type: ignore[no-untyped-def]
    """Give a lane the next waiting grain and return 1, or park it and return 0."""
    if waiting >= states.shape[0]:
        park_lane(w, lane)
        return 0
    load_grain(w, lane, waiting, states[waiting], duration, first_output)
    set_segment(w, lane, np.int64(0), breakpoints, cubics, settings)
    return 1


@njit(cache=True, error_model="numpy")
def run_grains(  # type: ignore[no-untyped-def]
    states, weights, breakpoints, cubics, exponents, times, duration, c, settings, history, counts, w
):  # fmt: skip
    """Integrate grains (n, size + 1) along one path, in place; return how that ended and up to which time it is good.

    The last entry of a state is the step size to start with [s], 0 where unknown. `history` (m, 8) gains the weighted
    sums at `times` (m,), `counts` (3,) the attempts, rejections and rate evaluations.
    """
    # A plain 0 or False would be a type of its own and compile everything twice.
    waiting, running, outcome, good = np.int64(0), 0, CONVERGED, 1.0
    powers = exponents[0] != 1.0
    for k in range(1, 6):
        powers = powers or exponents[k] != 1.0
    for lane in range(LANES):
        loaded = refill(w, lane, waiting, states, breakpoints, cubics, duration, times[0], settings)
        waiting, running = waiting + loaded, running + loaded
    while running > 0:
        attempt_step(w, c, exponents, powers, settings)
        outputs, attention = 0.0, 0.0
        for lane in range(LANES):
            outputs += w.output_due[lane]
            attention += w.attention[lane]
        if outputs > 0.0:
            add_outputs(w, c, exponents, powers, weights, times, history)
        commit(w)
        for lane in range(LANES if attention > 0.0 else 0):
            if w.attention[lane] == 0.0:
                continue
            result = look_after(w, lane, breakpoints, cubics, settings)
            if result == RUNNING:
                continue
            if result != CONVERGED and w.time[lane] < good:
                outcome, good = result, w.time[lane]
            unload_grain(w, lane, states, duration, counts)
            loaded = refill(w, lane, waiting, states, breakpoints, cubics, duration, times[0], settings)
            waiting, running = waiting + loaded, running + loaded - 1
    counts[2] = EVALUATIONS * counts[0]
    return outcome, good


@njit(cache=True, error_model="numpy", nogil=True)
def run_batch(  # type: ignore[no-untyped-def]
    workspace, begin, end, states, weights, starts, breakpoints, cubics, exponents, times, durations, constants,
    settings, history, counts, outcomes, good
):  # fmt: skip
    """Integrate the paths begin..end of a batch; path p has the breakpoints and cubics starts[p]..starts[p+1].

    workspace : a block (1,) for this call alone.

    states (p, 1 + n, size + 1), whose first row is the caller's, weights (n,), breakpoints (Σ(s+1),), cubics
    (Σ(s+1), 6, 4) with one unused row per path, exponents (p, 6), times (m,), durations (p,), constants (p, k),
    history (p, m, 8), counts (p, 3), outcomes (p,), good (p,).
    """
    w = workspace[0]
    for p in range(begin, end):
        a, b = starts[p], starts[p + 1]
        outcomes[p], good[p] = run_grains(
            states[p, 1:], weights, breakpoints[a:b], cubics[a:b], exponents[p], times, durations[p], constants[p],
            settings, history[p], counts[p], w
        )  # fmt: skip
