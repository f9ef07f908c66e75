"""Histories as tensors: what sequence models train on, paths turned in space, errors that gradients flow through."""

import numpy as np
import torch
from torch import Tensor

from hammerscale.microstructure.symmetry import Axis
from hammerscale.surrogate.features import DEVIATORS, Features
from hammerscale.surrogate.socket import Histories
from hammerscale.surrogate.training.batches import Tensors
from hammerscale.tensor.voigt import to_matrix


def sequence_tensors(frame: Features, data: Histories, dtype: torch.dtype = torch.float32) -> Tensors:
    """Return times (n, t), features (n, t, f) and targets (n, t, o), one row per path."""
    times = np.broadcast_to(data.times, data.stretch.shape[:2])
    arrays = (times, frame.features(data.stretch), frame.targets(data.stretch, data.stress))
    return tuple(torch.tensor(array, dtype=dtype) for array in arrays)


def random_rotations(count: int, generator: torch.Generator, like: Tensor, axis: Axis | None = None) -> Tensor:
    """Return matrices (n, 5, 5) that turn the five deviatoric coordinates.

    They are uniform over all rotations of space, or over those about a unit axis. Where the material has that
    symmetry, turned paths are nearly as good as simulated ones.
    """
    if axis is None:
        quaternion = torch.randn(count, 4, generator=generator, dtype=torch.float64)
    else:
        half = torch.pi * torch.rand(count, 1, generator=generator, dtype=torch.float64)
        quaternion = torch.cat([torch.cos(half), torch.sin(half) * torch.tensor(axis, dtype=torch.float64)], dim=1)
    w, x, y, z = (quaternion / quaternion.norm(dim=1, keepdim=True)).unbind(dim=1)
    rows = [
        torch.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], dim=1),
        torch.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], dim=1),
        torch.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], dim=1),
    ]
    rotation = torch.stack(rows, dim=1)
    basis = torch.tensor(to_matrix(DEVIATORS))
    turned = torch.einsum("nik,bkl,njl->nbij", rotation, basis, rotation)
    return torch.einsum("aij,nbij->nab", basis, turned).to(like)


def history_errors(predicted: Tensor, targets: Tensor, times: Tensor) -> Tensor:
    """Return ‖ŷ - y‖ / ‖y‖ (b,) in L2 over time of histories (b, t, o)."""
    weights = _trapezoid_weights(times)[:, None]
    error = (weights * (predicted - targets) ** 2).sum(dim=(1, 2))
    scale = (weights * targets**2).sum(dim=(1, 2))
    # A path without stress has no relative error; the floor keeps its gradient finite.
    return ((error + 1e-20) / (scale + 1e-12)).sqrt()


def _trapezoid_weights(times: Tensor) -> Tensor:
    """Return the weights (t,) of the trapezoidal rule at `times` (t,)."""
    half = 0.5 * (times[1:] - times[:-1])
    return torch.nn.functional.pad(half, (0, 1)) + torch.nn.functional.pad(half, (1, 0))
