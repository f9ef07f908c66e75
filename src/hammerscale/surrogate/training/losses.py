"""Relative errors of histories, as tensors that gradients flow through."""

import torch
from torch import Tensor


def trapezoid_weights(times: Tensor) -> Tensor:
    """Return the weights (t,) of the trapezoidal rule at `times` (t,)."""
    half = 0.5 * (times[1:] - times[:-1])
    return torch.nn.functional.pad(half, (0, 1)) + torch.nn.functional.pad(half, (1, 0))


def history_errors(predicted: Tensor, targets: Tensor, times: Tensor) -> Tensor:
    """Return ‖ŷ - y‖ / ‖y‖ (b,) in L2 over time of histories (b, t, o)."""
    weights = trapezoid_weights(times)[:, None]
    error = (weights * (predicted - targets) ** 2).sum(dim=(1, 2))
    scale = (weights * targets**2).sum(dim=(1, 2))
    # A path without stress has no relative error; the floor keeps its gradient finite.
    return ((error + 1e-20) / (scale + 1e-12)).sqrt()
