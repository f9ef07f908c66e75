"""Steps of the recurrent operator for blocks of points: one point per lane, so that loops over lanes vectorise.

A lane gets the same bits whatever its neighbours are, which products of matrices by BLAS do not promise: all blocks
have the same width, and a loop over lanes has no rest.

Notation: s internal variables ξ, x features, p and c raw rate and target of the relaxation, r rate scale, h step,
g = A Δx driven increment; a(v) = v / √(1 + v²); z = h r (p + √(1 + p²)) relaxed fraction of a step.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hammerscale.store.variable import Array

LANES = 64


class OperatorWeights(NamedTuple):
    """Weights of an operator with s states, f features, o targets, hidden widths m and k; matrices (outputs, inputs).

    drive : A (s, f); rate : r (s,); weight1 (m, s), bias1, weight2 (m, m), bias2, weight3 (2s, m) : p and c;
    read1 (k, s), read_bias, read2 (o, k) : hidden layer of the readout; direct (o, s) : its linear part
    """

    drive: Array
    rate: Array
    weight1: Array
    bias1: Array
    weight2: Array
    bias2: Array
    weight3: Array
    read1: Array
    read_bias: Array
    read2: Array
    direct: Array


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def multiply(matrix, inputs, outputs):  # type: ignore[no-untyped-def]
    """Write matrix (m, n) times inputs (n, LANES) into `outputs` (m, LANES)."""
    rows, columns = matrix.shape
    whole = columns - columns % 8
    for i in range(rows):
        out = outputs[i]
        for lane in range(LANES):
            out[lane] = 0
        # Eight columns per pass: the sum stays in a register for eight products.
        for j in range(0, whole, 8):
            w0, w1, w2, w3 = matrix[i, j], matrix[i, j + 1], matrix[i, j + 2], matrix[i, j + 3]
            w4, w5, w6, w7 = matrix[i, j + 4], matrix[i, j + 5], matrix[i, j + 6], matrix[i, j + 7]
            for lane in range(LANES):
                t = out[lane] + w0 * inputs[j, lane] + w1 * inputs[j + 1, lane]
                t = t + w2 * inputs[j + 2, lane] + w3 * inputs[j + 3, lane]
                t = t + w4 * inputs[j + 4, lane] + w5 * inputs[j + 5, lane]
                out[lane] = t + w6 * inputs[j + 6, lane] + w7 * inputs[j + 7, lane]
        for j in range(whole, columns):
            w0 = matrix[i, j]
            for lane in range(LANES):
                out[lane] += w0 * inputs[j, lane]


@njit(cache=True, error_model="numpy")
def activate(values, bias):  # type: ignore[no-untyped-def]
    """Replace values (m, LANES) by a(v + b) - a(b); without contraction, so that v = 0 gives zero exactly."""
    one = bias.dtype.type(1)
    for i in range(bias.size):
        b = bias[i]
        rest = b / np.sqrt(one + b * b)
        row = values[i]
        for lane in range(LANES):
            v = row[lane] + b
            row[lane] = v / np.sqrt(one + v * v) - rest


@njit(cache=True, error_model="numpy")
def relax(state, outputs, driven, rate, share, step, new):  # type: ignore[no-untyped-def]
    """Write the states (s, LANES) after `share` of a step from `state`, with p and c in `outputs` (2s, LANES).

    new = (s + (share g + z c)(1 + z/2)) / (1 + z + z²/2): the exponential decay to second order, stable for any z.
    """
    one = rate.dtype.type(1)
    half = rate.dtype.type(0.5)
    for i in range(rate.size):
        scale = share * step * rate[i]
        for lane in range(LANES):
            p = outputs[i, lane]
            z = scale * (p + np.sqrt(one + p * p))
            gain = one + half * z
            pushed = share * driven[i, lane] + z * outputs[rate.size + i, lane]
            new[i, lane] = (state[i, lane] + pushed * gain) / (one + z * gain)


@njit(cache=True, error_model="numpy")
def advance_block(state, increment, step, substeps, w, hidden1, hidden2, outputs, driven, middle):  # type: ignore[no-untyped-def]
    """Advance states (s, LANES) in place by `substeps` of length `step`, in each of which features grow by `increment`.

    Every sub-step takes p and c at its start for half of it and those of its middle for the whole.
    """
    multiply(w.drive, increment, driven)
    one, half = w.rate.dtype.type(1), w.rate.dtype.type(0.5)
    for _ in range(substeps):
        for stage in range(2):
            multiply(w.weight1, state if stage == 0 else middle, hidden1)
            activate(hidden1, w.bias1)
            multiply(w.weight2, hidden1, hidden2)
            activate(hidden2, w.bias2)
            multiply(w.weight3, hidden2, outputs)
            share = half if stage == 0 else one
            relax(state, outputs, driven, w.rate, share, step, middle if stage == 0 else state)


@njit(cache=True, error_model="numpy")
def advance_points(state_old, start, end, duration, substeps, weights, state_new, targets):  # type: ignore[no-untyped-def]
    """Write new states (n, s) and targets (n, o) of points whose features go from `start` to `end` (n, f)."""
    w = weights
    dtype = w.rate.dtype
    count, width = w.rate.size, w.bias1.size
    state, middle = np.zeros((count, LANES), dtype), np.zeros((count, LANES), dtype)
    driven, outputs = np.zeros((count, LANES), dtype), np.zeros((2 * count, LANES), dtype)
    hidden1, hidden2 = np.zeros((width, LANES), dtype), np.zeros((width, LANES), dtype)
    increment = np.zeros((start.shape[1], LANES), dtype)
    seen = np.zeros((w.read_bias.size, LANES), dtype)
    answer, linear = np.zeros((targets.shape[1], LANES), dtype), np.zeros((targets.shape[1], LANES), dtype)
    step = dtype.type(duration / substeps)
    for begin in range(0, len(start), LANES):
        stop = min(begin + LANES, len(start))
        # Lanes beyond the last point keep old numbers, which are finite and change no other lane.
        for lane in range(stop - begin):
            for i in range(count):
                state[i, lane] = state_old[begin + lane, i]
            for i in range(start.shape[1]):
                increment[i, lane] = (end[begin + lane, i] - start[begin + lane, i]) / substeps
        advance_block(state, increment, step, substeps, w, hidden1, hidden2, outputs, driven, middle)
        multiply(w.read1, state, seen)
        activate(seen, w.read_bias)
        multiply(w.read2, seen, answer)
        multiply(w.direct, state, linear)
        for lane in range(stop - begin):
            for i in range(count):
                state_new[begin + lane, i] = state[i, lane]
            for i in range(targets.shape[1]):
                targets[begin + lane, i] = answer[i, lane] + linear[i, lane]
