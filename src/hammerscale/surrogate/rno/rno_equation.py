"""The equation of the recurrent operator, once: its weights, one step of a variable, the way back through the step.

`hammerscale.surrogate.rno.rno_model` explains it. All functions take single numbers and compute in the precision of
`one`; compiled loops inline them, and `relaxed.py_func` takes tensors of torch, too.
"""

from typing import Generic, NamedTuple, TypeVar

import numpy as np

from hammerscale.compiler import njit

# Arrays of numbers, or tensors that gradients flow through.
Values = TypeVar("Values")

# ε: the flow grows with the rate u where |u|² is below this and with its square root above, as viscous stress does, so
# that slow paths are no corner of the network's inputs.
SLOW_FLOW = 0.01


class OperatorWeights(NamedTuple, Generic[Values]):
    """Weights of an operator with s states, f features, o targets, hidden widths m and k; matrices (outputs, inputs).

    drive : A (s, f); rate : r (s,); wear : w (s,), rate per unit of path length; weight1 (m, s), entrance (m, f) of the
    flow, bias1, weight2 (m, m), bias2, weight3 (2s, m) : p and c;
    read1 (k, s), read_bias, read2 (o, k) : hidden layer of the readout; direct (o, s) : its linear part
    """

    drive: Values
    rate: Values
    wear: Values
    weight1: Values
    entrance: Values
    bias1: Values
    weight2: Values
    bias2: Values
    weight3: Values
    read1: Values
    read_bias: Values
    read2: Values
    direct: Values


@njit(inline="always")
def bounded(v, one):  # type: ignore[no-untyped-def]
    """Return the activation a(v) = v / √(1 + v²)."""
    return v / np.sqrt(one + v * v)


@njit(inline="always")
def bounded_back(down, a, one):  # type: ignore[no-untyped-def]
    """Return the gradient of v from that of its activation a, `down`: a' = (1 - a²)^(3/2)."""
    left = one - a * a
    return down * left * np.sqrt(left)


@njit(inline="always")
def relaxed(state, driven, pace, p, root, c, one):  # type: ignore[no-untyped-def]
    """Return ξ after a step: (ξ + (g + z c)(1 + z/2)) / (1 + z + z²/2), exponential decay to second order for any z.

    Parameters
    ----------
    state, driven : ξ and g, the increment of A x
    pace : h r + |Δx| w, what relaxes in the step where p = 0
    p, root, c : raw rate, √(1 + p²), target; z = pace (p + root) relaxes in the step
    one : 1 in the precision of the others
    """
    z = pace * (p + root)
    gain = one + one / (one + one) * z
    return (state + (driven + z * c) * gain) / (one + z * gain)


@njit(inline="always")
def relaxed_back(down, state, driven, pace, p, root, c, one):  # type: ignore[no-untyped-def]
    """Return the gradients of state, driven, pace, p and c of `relaxed`, from that of its result, `down`."""
    half = one / (one + one)
    z = pace * (p + root)
    gain = one + half * z
    pushed = driven + z * c
    inverse = one / (one + z * gain)
    new = (state + pushed * gain) * inverse
    to_state = down * inverse
    to_driven = to_state * gain
    to_z = c * to_driven + half * to_state * pushed - to_state * new * (one + z)
    return to_state, to_driven, to_z * (p + root), to_z * pace * (one + p / root), to_driven * z
