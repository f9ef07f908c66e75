"""The history of the operator's states as one differentiable function, run by compiled loops on the CPU."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from hammerscale.surrogate.rno.rno_equation import OperatorWeights
from hammerscale.surrogate.rno.rno_gradients import STAGES, Drive, Trace, run_back, run_histories

# Weights of the states; those of the readout come after them.
OF_STATES = OperatorWeights._fields.index("read1")


class CompiledScan(torch.autograd.Function):
    """States (t, n, s) under the four tensors of a `Drive` with the tensors of `OperatorWeights`.

    Gradients are those of the weights; what drives the states has none.
    """

    @staticmethod
    def forward(ctx: Any, *tensors: Tensor) -> Tensor:
        """Run forward and keep what the way back needs."""
        arrays = [tensor.detach().numpy() for tensor in tensors]
        given = Drive(*map(np.ascontiguousarray, arrays[:4]))
        weights = OperatorWeights(*(np.ascontiguousarray(array.T) for array in arrays[4:]))
        x, states = given.features, weights.rate.size
        sizes = (states, weights.bias1.size, weights.bias2.size, 2 * states)
        shape = (given.steps.size, STAGES, x.shape[1])
        traced = (np.empty((*shape, size), x.dtype) for size in sizes)
        trace = Trace(np.empty((*x.shape[:2], states), x.dtype), *traced)
        run_histories(given, weights, trace)
        ctx.known = (given, weights, trace)
        return torch.from_numpy(trace.states)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of the weights of the states."""
        given, weights, trace = ctx.known
        found = OperatorWeights(*map(np.zeros_like, weights))
        run_back(np.ascontiguousarray(gradients[0].numpy()), given, weights, trace, found)
        of_states = (torch.from_numpy(array.T) for array in found[:OF_STATES])
        return (*[None] * len(given), *of_states, *[None] * len(found[OF_STATES:]))
