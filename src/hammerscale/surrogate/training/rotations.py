"""Paths turned in space: of a polycrystal without texture they are paths nearly as good as simulated ones."""

import torch
from torch import Tensor

from hammerscale.surrogate.frame import DEVIATORS
from hammerscale.tensor.voigt import to_matrix


def random_rotations(count: int, generator: torch.Generator, like: Tensor) -> Tensor:
    """Return matrices (n, 5, 5) that turn the five deviatoric coordinates, uniform over all rotations of space."""
    quaternion = torch.randn(count, 4, generator=generator, dtype=torch.float64)
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
