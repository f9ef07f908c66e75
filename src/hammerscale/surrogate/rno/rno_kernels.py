"""Steps of the recurrent operator for blocks of points: one point per lane, so that loops over lanes vectorise.

A lane gets the same bits whatever its neighbours are, which products of matrices by BLAS do not promise: all blocks
have the same width, and a loop over lanes has no rest.

Notation as in `operator_equation`: s internal variables ξ, x features, p and c raw rate and target of the relaxation,
h step, r rate, w wear, g = A Δx driven increment; f = u / (ε + |u|²)^¼ flow with u = Δx / (h usual rate).
"""

import numpy as np

from hammerscale.compiler import njit
from hammerscale.surrogate.rno.rno_equation import SLOW_FLOW, bounded, relaxed

LANES = 64


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def multiply_lanes(matrix, inputs, outputs):  # type: ignore[no-untyped-def]
    """Write matrix (m, n) times inputs (n, LANES) into `outputs` (m, LANES)."""
    rows, columns = matrix.shape
    whole = columns - columns % 8
    # Two rows and eight columns per pass: every input that is loaded serves two sums, which stay in registers for eight
    # products each.
    for i in range(0, rows, 2):
        k = min(i + 1, rows - 1)
        out, next_out = outputs[i], outputs[k]
        for lane in range(LANES):
            out[lane] = 0
            next_out[lane] = 0
        for j in range(0, whole, 8):
            a0, a1, a2, a3 = matrix[i, j], matrix[i, j + 1], matrix[i, j + 2], matrix[i, j + 3]
            a4, a5, a6, a7 = matrix[i, j + 4], matrix[i, j + 5], matrix[i, j + 6], matrix[i, j + 7]
            b0, b1, b2, b3 = matrix[k, j], matrix[k, j + 1], matrix[k, j + 2], matrix[k, j + 3]
            b4, b5, b6, b7 = matrix[k, j + 4], matrix[k, j + 5], matrix[k, j + 6], matrix[k, j + 7]
            for lane in range(LANES):
                p, q, r, s = inputs[j, lane], inputs[j + 1, lane], inputs[j + 2, lane], inputs[j + 3, lane]
                t, u, v, w = inputs[j + 4, lane], inputs[j + 5, lane], inputs[j + 6, lane], inputs[j + 7, lane]
                first = out[lane] + a0 * p + a1 * q + a2 * r + a3 * s + a4 * t + a5 * u + a6 * v + a7 * w
                second = next_out[lane] + b0 * p + b1 * q + b2 * r + b3 * s + b4 * t + b5 * u + b6 * v + b7 * w
                # Stored after both are read: the last of an odd number of rows is its own partner.
                out[lane] = first
                next_out[lane] = second
        for j in range(whole, columns):
            a0, b0 = matrix[i, j], matrix[k, j]
            for lane in range(LANES):
                p = inputs[j, lane]
                first, second = out[lane] + a0 * p, next_out[lane] + b0 * p
                out[lane] = first
                next_out[lane] = second


@njit(cache=True, error_model="numpy")
def add_lanes(more, values):  # type: ignore[no-untyped-def]
    """Add `more` (m, LANES) to `values`."""
    for i in range(len(values)):
        for lane in range(LANES):
            values[i, lane] += more[i, lane]


@njit(cache=True, error_model="numpy")
def activate_lanes(values, bias):  # type: ignore[no-untyped-def]
    """Replace values (m, LANES) by a(v + b) - a(b); without contraction, so that v = 0 gives zero exactly."""
    one = bias.dtype.type(1)
    for i in range(bias.size):
        b = bias[i]
        rest = bounded(b, one)
        row = values[i]
        for lane in range(LANES):
            row[lane] = bounded(row[lane] + b, one) - rest


@njit(cache=True, error_model="numpy")
def measure_flow(increment, slow, flow, length):  # type: ignore[no-untyped-def]
    """Write the flow (f, LANES) and the length (LANES,) of increments; `slow` is the length of a step at usual rate."""
    length[:] = 0
    for i in range(len(increment)):
        for lane in range(LANES):
            length[lane] += increment[i, lane] * increment[i, lane]
    least = length.dtype.type(SLOW_FLOW) * slow * slow
    for i in range(len(increment)):
        for lane in range(LANES):
            flow[i, lane] = increment[i, lane] / np.sqrt(slow * np.sqrt(least + length[lane]))
    for lane in range(LANES):
        length[lane] = np.sqrt(length[lane])


@njit(cache=True, error_model="numpy")
def relax_lanes(state, outputs, driven, rate, wear, length, share, step, new):  # type: ignore[no-untyped-def]
    """Write the states (s, LANES) after `share` of a step from `state`, with p and c in `outputs` (2s, LANES)."""
    one = rate.dtype.type(1)
    for i in range(rate.size):
        by_time, by_length = share * step * rate[i], share * wear[i]
        for lane in range(LANES):
            p, c = outputs[i, lane], outputs[rate.size + i, lane]
            pace, root = by_time + by_length * length[lane], np.sqrt(one + p * p)
            new[i, lane] = relaxed(state[i, lane], share * driven[i, lane], pace, p, root, c, one)


@njit(cache=True, error_model="numpy")
def advance_block(  # type: ignore[no-untyped-def]
    state, increment, step, slow, substeps, w, hidden1, hidden2, outputs, driven, middle, flow, length, entered
):
    """Advance states (s, LANES) in place by `substeps` of length `step`, in each of which features grow by `increment`.

    Every sub-step takes p and c at its start for half of it and those of its middle for the whole.
    """
    multiply_lanes(w.drive, increment, driven)
    measure_flow(increment, slow, flow, length)
    multiply_lanes(w.entrance, flow, entered)
    one, half = w.rate.dtype.type(1), w.rate.dtype.type(0.5)
    for _ in range(substeps):
        for stage in range(2):
            multiply_lanes(w.weight1, state if stage == 0 else middle, hidden1)
            add_lanes(entered, hidden1)
            activate_lanes(hidden1, w.bias1)
            multiply_lanes(w.weight2, hidden1, hidden2)
            activate_lanes(hidden2, w.bias2)
            multiply_lanes(w.weight3, hidden2, outputs)
            share = half if stage == 0 else one
            relax_lanes(state, outputs, driven, w.rate, w.wear, length, share, step, middle if stage == 0 else state)


@njit(cache=True, error_model="numpy")
def advance_operator(state_old, start, end, duration, usual_rate, substeps, weights, state_new, targets):  # type: ignore[no-untyped-def]
    """Write new states (n, s) and targets (n, o) of points whose features go from `start` to `end` (n, f).

    `usual_rate` is what |dx/dt| is measured by, per unit of normalised time.
    """
    w = weights
    dtype = w.rate.dtype
    count, width = w.rate.size, w.bias1.size
    state, middle = np.zeros((count, LANES), dtype), np.zeros((count, LANES), dtype)
    driven, outputs = np.zeros((count, LANES), dtype), np.zeros((2 * count, LANES), dtype)
    hidden1, hidden2 = np.zeros((width, LANES), dtype), np.zeros((width, LANES), dtype)
    increment, flow = np.zeros((start.shape[1], LANES), dtype), np.zeros((start.shape[1], LANES), dtype)
    entered, length = np.zeros((width, LANES), dtype), np.zeros(LANES, dtype)
    seen = np.zeros((w.read_bias.size, LANES), dtype)
    answer, linear = np.zeros((targets.shape[1], LANES), dtype), np.zeros((targets.shape[1], LANES), dtype)
    step = dtype.type(duration / substeps)
    slow = dtype.type(usual_rate * duration / substeps)
    for begin in range(0, len(start), LANES):
        stop = min(begin + LANES, len(start))
        # Lanes beyond the last point keep old numbers, which are finite and change no other lane.
        for lane in range(stop - begin):
            for i in range(count):
                state[i, lane] = state_old[begin + lane, i]
            for i in range(start.shape[1]):
                increment[i, lane] = (end[begin + lane, i] - start[begin + lane, i]) / substeps
        advance_block(
            state, increment, step, slow, substeps, w, hidden1, hidden2, outputs, driven, middle, flow, length, entered
        )
        multiply_lanes(w.read1, state, seen)
        activate_lanes(seen, w.read_bias)
        multiply_lanes(w.read2, seen, answer)
        multiply_lanes(w.direct, state, linear)
        for lane in range(stop - begin):
            for i in range(count):
                state_new[begin + lane, i] = state[i, lane]
            for i in range(targets.shape[1]):
                targets[begin + lane, i] = answer[i, lane] + linear[i, lane]
