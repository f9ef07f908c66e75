"""The recurrent operator through whole histories and back: gradients by hand, ten times faster than recorded ones.

Notation as in `rno_equation`. Here paths are rows, since a training step multiplies them by BLAS, and the matrices
of `OperatorWeights` are (inputs, outputs); histories are (t, n, ...). The forward pass keeps activations, the backward
pass walks the steps in reverse and adds up the gradients of the weights. The readout has no part in it.
"""

from typing import NamedTuple

import numpy as np

from hammerscale.arrays import Array
from hammerscale.compiler import njit
from hammerscale.surrogate.rno.rno_equation import bounded, bounded_back, relaxed, relaxed_back

STAGES = 2


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
def activate_rows(values, bias, rest, one, activated, hidden):  # type: ignore[no-untyped-def]
    """Write a(v + b) and a(v + b) - a(b) of `values` (n, m), with bias b and rest a(b) (m,); `one` is 1 as theirs."""
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            a = bounded(values[i, j] + bias[j], one)
            activated[i, j] = a
            hidden[i, j] = a - rest[j]


@njit(cache=True, error_model="numpy")
def relax_rows(state, outputs, driven, pace, share, one, new):  # type: ignore[no-untyped-def]
    """Write the states (n, s) after `share` of a step from `state`, with p and c in `outputs` (n, 2s)."""
    count = state.shape[1]
    for i in range(state.shape[0]):
        for j in range(count):
            p, c = outputs[i, j], outputs[i, count + j]
            root = np.sqrt(one + p * p)
            new[i, j] = relaxed(state[i, j], share * driven[i, j], share * pace[i, j], p, root, c, one)


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
    rest1, rest2 = bounded(w.bias1, one), bounded(w.bias2, one)
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
            activate_rows(values, w.bias1, rest1, one, trace.first[k, stage], hidden)
            np.dot(hidden, w.weight2, values)
            activate_rows(values, w.bias2, rest2, one, trace.second[k, stage], hidden)
            np.dot(hidden, w.weight3, trace.out[k, stage])
            share = half if stage == 0 else one
            new = trace.seen[k, 1] if stage == 0 else states[k + 1]
            relax_rows(states[k], trace.out[k, stage], driven, pace, share, one, new)


@njit(cache=True, error_model="numpy")
def relax_rows_back(  # type: ignore[no-untyped-def]
    gradient, state, outputs, driven, pace, share, one, to_state, to_outputs, to_driven, to_pace
):
    """Take the gradient of `relax_rows` apart: those of state, driven increment and pace are added, outputs written."""
    count = state.shape[1]
    for i in range(state.shape[0]):
        for j in range(count):
            p, c = outputs[i, j], outputs[i, count + j]
            root = np.sqrt(one + p * p)
            back_state, back_driven, back_pace, back_p, back_c = relaxed_back(
                gradient[i, j], state[i, j], share * driven[i, j], share * pace[i, j], p, root, c, one
            )
            to_state[i, j] += back_state
            to_outputs[i, j] = back_p
            to_outputs[i, count + j] = back_c
            to_driven[i, j] += share * back_driven
            to_pace[i, j] += share * back_pace


@njit(cache=True, error_model="numpy")
def activate_rows_back(to_hidden, activated, rest, one, to_values, to_bias):  # type: ignore[no-untyped-def]
    """Write the gradient of the values of `activate_rows` (n, m) and add up that of the bias (m,)."""
    for i in range(activated.shape[0]):
        for j in range(activated.shape[1]):
            to_values[i, j] = bounded_back(to_hidden[i, j], activated[i, j], one)
    for i in range(activated.shape[0]):
        for j in range(activated.shape[1]):
            # The activation at rest, which is subtracted, moves with the bias, too.
            to_bias[j] += to_values[i, j] - bounded_back(to_hidden[i, j], rest[j], one)


@njit(cache=True, error_model="numpy")
def run_back(to_states, given, w, trace, to):  # type: ignore[no-untyped-def]
    """Add up the gradients `to` of the weights from those of the states (t, n, s)."""
    one, half = w.rate.dtype.type(1), w.rate.dtype.type(0.5)
    rest1, rest2 = bounded(w.bias1, one), bounded(w.bias2, one)
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
            relax_rows_back(
                down, trace.states[k], out, driven, pace, share, one, before, to_outputs, to_driven, to_pace
            )
            np.dot(to_outputs, w.weight3.T, to_hidden)
            to.weight3[:] += np.dot((trace.second[k, stage] - rest2).T, to_outputs)
            activate_rows_back(to_hidden, trace.second[k, stage], rest2, one, to_values, to.bias2)
            np.dot(to_values, w.weight2.T, to_hidden)
            to.weight2[:] += np.dot((trace.first[k, stage] - rest1).T, to_values)
            activate_rows_back(to_hidden, trace.first[k, stage], rest1, one, to_values, to.bias1)
            np.dot(to_values, w.weight1.T, to_seen)
            to.weight1[:] += np.dot(trace.seen[k, stage].T, to_values)
            to.entrance[:] += np.dot(given.flow[k].T, to_values)
        before += to_seen
        to.drive[:] += np.dot(increment.T, to_driven)
        to.rate[:] += given.steps[k] * to_pace.sum(axis=0)
        to.wear[:] += np.dot(given.lengths[k], to_pace)
        gradient, before = before, gradient
