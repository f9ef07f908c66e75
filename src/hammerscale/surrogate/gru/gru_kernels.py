"""One step of a gated recurrent unit for a block of points; layout and reasons as in `operator_kernels`."""

from typing import NamedTuple

import numpy as np

from hammerscale.arrays import Array
from hammerscale.compiler import njit

BLOCK = 64


class GruWeights(NamedTuple):
    """Weights of a unit with s hidden units, i inputs, o targets, transposed; gates in the order reset, update, new.

    entrance (i, 3s), entrance_bias (3s,), recurrent (s, 3s), recurrent_bias (3s,), readout (s, o), readout_bias (o,)
    """

    entrance: Array
    entrance_bias: Array
    recurrent: Array
    recurrent_bias: Array
    readout: Array
    readout_bias: Array


@njit(cache=True, error_model="numpy")
def gate(entered, remembered, entrance_bias, recurrent_bias, one, state):  # type: ignore[no-untyped-def]
    """Replace the states (n, s) by z s + (1 - z) tanh(new), with gates from entered and remembered (n, 3s)."""
    count = state.shape[1]
    for i in range(state.shape[0]):
        for j in range(count):
            raw_reset = entered[i, j] + entrance_bias[j] + remembered[i, j] + recurrent_bias[j]
            k = j + count
            raw_update = entered[i, k] + entrance_bias[k] + remembered[i, k] + recurrent_bias[k]
            k += count
            reset = one / (one + np.exp(-raw_reset))
            update = one / (one + np.exp(-raw_update))
            new = np.tanh(entered[i, k] + entrance_bias[k] + reset * (remembered[i, k] + recurrent_bias[k]))
            state[i, j] = (one - update) * new + update * state[i, j]


@njit(cache=True, error_model="numpy")
def advance_units(state_old, inputs, weights, state_new, targets):  # type: ignore[no-untyped-def]
    """Write new states (n, s) and targets (n, o) after one step with inputs (n, i)."""
    w = weights
    dtype = w.recurrent.dtype
    count = state_old.shape[1]
    state, seen = np.zeros((BLOCK, count), dtype), np.zeros((BLOCK, inputs.shape[1]), dtype)
    entered, remembered = np.empty((BLOCK, 3 * count), dtype), np.empty((BLOCK, 3 * count), dtype)
    answer = np.empty((BLOCK, targets.shape[1]), dtype)
    for begin in range(0, len(inputs), BLOCK):
        stop = min(begin + BLOCK, len(inputs))
        state[: stop - begin] = state_old[begin:stop]
        seen[: stop - begin] = inputs[begin:stop]
        np.dot(seen, w.entrance, entered)
        np.dot(state, w.recurrent, remembered)
        gate(entered, remembered, w.entrance_bias, w.recurrent_bias, dtype.type(1), state)
        np.dot(state, w.readout, answer)
        state_new[begin:stop] = state[: stop - begin]
        targets[begin:stop] = answer[: stop - begin] + w.readout_bias
