"""The history of the operator's states as one differentiable function, run by compiled loops on the CPU."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from hammerscale.surrogate.operator_gradients import (
    STAGES,
    RateGradients,
    RateWeights,
    Trace,
    run_back,
    run_histories,
)


class CompiledScan(torch.autograd.Function):
    """States (t, n, s) of features (t, n, f) with steps (t-1,); weights as in `RateGradients`, gradients for all."""

    @staticmethod
    def forward(ctx: Any, features: Tensor, steps: Tensor, *weights: Tensor) -> Tensor:
        """Run forward and keep what the way back needs."""
        x, dt, drive, rate, weight1, bias1, weight2, bias2, weight3 = map(_array, (features, steps, *weights))
        rest1, rest2 = (bias / np.sqrt(bias.dtype.type(1) + bias * bias) for bias in (bias1, bias2))
        known = RateWeights(drive, rate, weight1, bias1, rest1, weight2, bias2, rest2, weight3)
        shape = (dt.size, STAGES, x.shape[1])
        sizes = (rate.size, bias1.size, bias2.size, 2 * rate.size)
        states = np.empty((*x.shape[:2], rate.size), x.dtype)
        trace = Trace(states, *(np.empty((*shape, size), x.dtype) for size in sizes))
        run_histories(x, dt, known, trace)
        ctx.known = (x, dt, known, trace)
        return torch.from_numpy(states)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of all weights; features and steps have none."""
        weights = ctx.known[2]
        found = RateGradients(*(np.zeros_like(getattr(weights, name)) for name in RateGradients._fields))
        features, steps, _, trace = ctx.known
        run_back(_array(gradients[0]), features, steps, weights, trace, found)
        return (None, None, *(torch.from_numpy(array) for array in found))


def _array(tensor: Tensor) -> Any:
    return np.ascontiguousarray(tensor.detach().numpy())
