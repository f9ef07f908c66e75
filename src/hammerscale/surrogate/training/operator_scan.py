"""The history of the operator's states as one differentiable function, run by compiled loops on the CPU."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from hammerscale.surrogate.operator_gradients import (
    STAGES,
    Drive,
    RateGradients,
    RateWeights,
    Trace,
    run_back,
    run_histories,
)


class CompiledScan(torch.autograd.Function):
    """States (t, n, s) under the four tensors of a `Drive`; weights as in `RateGradients`, gradients for all."""

    @staticmethod
    def forward(ctx: Any, *tensors: Tensor) -> Tensor:
        """Run forward and keep what the way back needs."""
        arrays = [_array(tensor) for tensor in tensors]
        given, weights = Drive(*arrays[:4]), dict(zip(RateGradients._fields, arrays[4:], strict=True))
        rests = {f"rest{layer}": _activation(weights[f"bias{layer}"]) for layer in (1, 2)}
        known = RateWeights(**weights, **rests)
        x, states = given.features, known.rate.size
        sizes = (states, known.bias1.size, known.bias2.size, 2 * states)
        shape = (given.steps.size, STAGES, x.shape[1])
        traced = (np.empty((*shape, size), x.dtype) for size in sizes)
        trace = Trace(np.empty((*x.shape[:2], states), x.dtype), *traced)
        run_histories(given, known, trace)
        ctx.known = (given, known, trace)
        return torch.from_numpy(trace.states)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of all weights; what drives the states has none."""
        given, weights, trace = ctx.known
        found = RateGradients(*(np.zeros_like(getattr(weights, name)) for name in RateGradients._fields))
        run_back(_array(gradients[0]), given, weights, trace, found)
        return (*[None] * len(given), *(torch.from_numpy(array) for array in found))


def _activation(bias: Any) -> Any:
    return bias / np.sqrt(bias.dtype.type(1) + bias * bias)


def _array(tensor: Tensor) -> Any:
    return np.ascontiguousarray(tensor.detach().numpy())
