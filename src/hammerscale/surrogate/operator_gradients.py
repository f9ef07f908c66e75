"""The recurrent operator through whole histories and back: gradients by hand, ten times faster than recorded ones.

Notation as in `operator_kernels`, but paths are rows and matrices (inputs, outputs), since a training step multiplies
them by BLAS; histories are (t, n, ...). The forward pass keeps activations, the backward pass walks the steps in
reverse and adds up the gradients of the weights.
"""

from typing import NamedTuple

import numpy as np

from hammerscale.arrays import Array
from hammerscale.compiler import njit

STAGES = 2


class RateWeights(NamedTuple):
    """Weights of the differential equation, transposed: drive (f, s), rate and wear (s,), weight1 (s, m), entrance
    (f, m), bias1 (m,), weight2 (m, m), bias2 (m,), weight3 (m, 2s).

    rest1, rest2 : activations of the biases alone (m,)
    """

    drive: Array
    rate: Array
    wear: Array
    weight1: Array
    entrance: Array
    bias1: Array
    rest1: Array
    weight2: Array
    bias2: Array
    rest2: Array
    weight3: Array


class RateGradients(NamedTuple):
    """Gradients of the weights, of the same shapes."""

    drive: Array
    rate: Array
    wear: Array
    weight1: Array
    entrance: Array
    bias1: Array
    weight2: Array
    bias2: Array
    weight3: Array


class Drive(NamedTuple):
    """What drives the states: features (t, n, f), steps (t-1,), flow (t-1, n, f) and lengths (t-1, n) of the steps."""

    features: Array
    steps: Array
    flow: Array
    lengths: Array


class Trace(NamedTuple):
    """What the way back needs of every step and stage (t-1, 2, n, ...).

    states : at all times (t, n, s); seen : states that the network saw; first, second : activations; out : p and c
    """

    states: Array
    seen: Array
    first: Array
    second: Array
    out: Array


@njit(cache=True, error_model="numpy")
def activate(values, bias, rest, one, activated, hidden):  # type: ignore[no-untyped-def]
    """Write a(v + b) and a(v + b) - rest of `values` (n, m) with bias and rest (m,); `one` is 1 in their precision."""
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            v = values[i, j] + bias[j]
            a = v / np.sqrt(one + v * v)
            activated[i, j] = a
            hidden[i, j] = a - rest[j]


@njit(cache=True, error_model="numpy")
def relax(state, outputs, driven, pace, share, one, new):  # type: ignore[no-untyped-def]
    """Write the states (n, s) after `share` of a step from `state`, as `operator_kernels.relax` does.

    pace : relaxed fraction of a whole step where p = 0 (n, s)
    """
    count = state.shape[1]
    half = one / (one + one)
    for i in range(state.shape[0]):
        for j in range(count):
            p = outputs[i, j]
            z = share * pace[i, j] * (p + np.sqrt(one + p * p))
            gain = one + half * z
            new[i, j] = (state[i, j] + (share * driven[i, j] + z * outputs[i, count + j]) * gain) / (one + z * gain)


@njit(cache=True, error_model="numpy")
def keep_pace(lengths, step, rate, wear, pace):  # type: ignore[no-untyped-def]
    """Write step times rate plus path length times wear (n, s)."""
    for i in range(pace.shape[0]):
        for j in range(pace.shape[1]):
            pace[i, j] = step * rate[j] + lengths[i] * wear[j]


@njit(cache=True, error_model="numpy")
def run_histories(given, w, trace):  # type: ignore[no-untyped-def]
    """Fill the trace of a `Drive` from rest."""
    states = trace.states
    one, half = w.rate.dtype.type(1), w.rate.dtype.type(0.5)
    values = np.empty(trace.first.shape[2:], states.dtype)
    hidden, entered = np.empty_like(values), np.empty_like(values)
    driven, pace = np.empty_like(states[0]), np.empty_like(states[0])
    states[0] = 0
    for k in range(given.steps.size):
        np.dot(given.features[k + 1] - given.features[k], w.drive, driven)
        np.dot(given.flow[k], w.entrance, entered)
        keep_pace(given.lengths[k], given.steps[k], w.rate, w.wear, pace)
        trace.seen[k, 0] = states[k]
        for stage in range(STAGES):
            np.dot(trace.seen[k, stage], w.weight1, values)
            values += entered
            activate(values, w.bias1, w.rest1, one, trace.first[k, stage], hidden)
            np.dot(hidden, w.weight2, values)
            activate(values, w.bias2, w.rest2, one, trace.second[k, stage], hidden)
            np.dot(hidden, w.weight3, trace.out[k, stage])
            share = half if stage == 0 else one
            new = trace.seen[k, 1] if stage == 0 else states[k + 1]
            relax(states[k], trace.out[k, stage], driven, pace, share, one, new)


@njit(cache=True, error_model="numpy")
def relax_back(  # type: ignore[no-untyped-def]
    gradient, state, outputs, driven, pace, share, one, to_state, to_outputs, to_driven, to_pace
):
    """Take the gradient of `relax` apart: those of state, driven increment and pace are added up, outputs written."""
    count = state.shape[1]
    half = one / (one + one)
    for i in range(state.shape[0]):
        for j in range(count):
            p, c, r = outputs[i, j], outputs[i, count + j], share * pace[i, j]
            root = np.sqrt(one + p * p)
            z = r * (p + root)
            gain = one + half * z
            pushed = share * driven[i, j] + z * c
            inverse = one / (one + z * gain)
            new = (state[i, j] + pushed * gain) * inverse
            down = gradient[i, j] * inverse
            to_pushed = down * gain
            to_z = c * to_pushed + half * down * pushed - down * new * (one + z)
            to_state[i, j] += down
            to_outputs[i, j] = to_z * r * (one + p / root)
            to_outputs[i, count + j] = to_pushed * z
            to_driven[i, j] += share * to_pushed
            to_pace[i, j] += to_z * share * (p + root)


@njit(cache=True, error_model="numpy")
def activate_back(to_hidden, activated, rest, one, to_values, to_bias):  # type: ignore[no-untyped-def]
    """Write the gradient of the values of `activate`, a' = (1 - a²)^(3/2), and add up that of the bias."""
    for i in range(activated.shape[0]):
        for j in range(activated.shape[1]):
            a = activated[i, j]
            left = one - a * a
            to_values[i, j] = to_hidden[i, j] * left * np.sqrt(left)
    for i in range(activated.shape[0]):
        for j in range(activated.shape[1]):
            # The activation at rest, which is subtracted, moves with the bias too.
            at_rest = one - rest[j] * rest[j]
            to_bias[j] += to_values[i, j] - to_hidden[i, j] * at_rest * np.sqrt(at_rest)


@njit(cache=True, error_model="numpy")
def run_back(to_states, given, w, trace, to):  # type: ignore[no-untyped-def]
    """Add up the gradients `to` of the weights from those of the states (t, n, s)."""
    one, half = w.rate.dtype.type(1), w.rate.dtype.type(0.5)
    gradient = np.zeros_like(trace.states[0])
    before, driven = np.empty_like(gradient), np.empty_like(gradient)
    to_driven, to_seen = np.empty_like(gradient), np.empty_like(gradient)
    pace, to_pace = np.empty_like(gradient), np.empty_like(gradient)
    to_hidden = np.empty(trace.first.shape[2:], gradient.dtype)
    to_values, to_outputs = np.empty_like(to_hidden), np.empty_like(trace.out[0, 0])
    for k in range(given.steps.size - 1, -1, -1):
        increment = given.features[k + 1] - given.features[k]
        np.dot(increment, w.drive, driven)
        keep_pace(given.lengths[k], given.steps[k], w.rate, w.wear, pace)
        gradient += to_states[k + 1]
        before[:] = 0
        to_driven[:] = 0
        to_pace[:] = 0
        for stage in range(STAGES - 1, -1, -1):
            share = half if stage == 0 else one
            down = gradient if stage == 1 else to_seen
            out = trace.out[k, stage]
            relax_back(down, trace.states[k], out, driven, pace, share, one, before, to_outputs, to_driven, to_pace)
            np.dot(to_outputs, w.weight3.T, to_hidden)
            to.weight3[:] += np.dot((trace.second[k, stage] - w.rest2).T, to_outputs)
            activate_back(to_hidden, trace.second[k, stage], w.rest2, one, to_values, to.bias2)
            np.dot(to_values, w.weight2.T, to_hidden)
            to.weight2[:] += np.dot((trace.first[k, stage] - w.rest1).T, to_values)
            activate_back(to_hidden, trace.first[k, stage], w.rest1, one, to_values, to.bias1)
            np.dot(to_values, w.weight1.T, to_seen)
            to.weight1[:] += np.dot(trace.seen[k, stage].T, to_values)
            to.entrance[:] += np.dot(given.flow[k].T, to_values)
        before += to_seen
        to.drive[:] += np.dot(increment.T, to_driven)
        to.rate[:] += given.steps[k] * to_pace.sum(axis=0)
        to.wear[:] += np.dot(given.lengths[k], to_pace)
        gradient, before = before, gradient
