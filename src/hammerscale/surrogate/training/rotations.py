"""Paths turned in space: where the material has that symmetry, they are paths nearly as good as simulated ones."""

import torch
from torch import Tensor

from hammerscale.microstructure.symmetry import Axis
from hammerscale.surrogate.frame import DEVIATORS
from hammerscale.tensor.voigt import to_matrix


def random_rotations(count: int, generator: torch.Generator, like: Tensor, axis: Axis | None = None) -> Tensor:
    """Return matrices (n, 5, 5) that turn the five deviatoric coordinates.

    They are uniform over all rotations of space, or over those about a unit axis.
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
