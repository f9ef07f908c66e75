"""The published network before fitting: four hidden layers between principal components (Liu et al.)."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from hammerscale.surrogate.pca_net.pca import Reduction, fit_reduction
from hammerscale.surrogate.pca_net.pca_net_entry import PcaNet
from hammerscale.surrogate.pca_net.pca_net_model import FittedPcaNet
from hammerscale.surrogate.socket import Histories, Split
from hammerscale.surrogate.training.batches import Tensors
from hammerscale.surrogate.training.fitting import fit_network, seeded

# The authors' stress is in GPa; their strain goes in as it is.
PUBLISHED_STRESS_SCALE = 1e9


class DenseNetwork(nn.Module):
    """Hidden layers of scaled exponential linear units.

    Parameters
    ----------
    inputs, outputs : numbers of coefficients
    width, layers : size and number of the hidden layers
    """

    def __init__(self, inputs: int, outputs: int, width: int, layers: int) -> None:
        super().__init__()
        sizes = [inputs, *[width] * layers, outputs]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return outputs (b, q) of inputs (b, p)."""
        hidden = inputs
        for layer in self.layers[:-1]:
            hidden = nn.functional.selu(layer(hidden))
        return torch.as_tensor(self.layers[-1](hidden))

    def path_errors(self, batch: Tensors, fraction: float, generator: torch.Generator | None) -> Tensor:
        """Return the relative error (b,) of the decoded stress.

        Modes are orthonormal, so the squared error of a decoded history is that of its coefficients plus what lies
        outside their span, and no history has to be decoded.
        """
        inputs, outputs, outside, scale = batch
        inside = (self(inputs) - outputs).square().sum(dim=1)
        return ((inside + outside) / scale).sqrt()


def fit_pca_net(settings: PcaNet, data: Histories, split: Split, seed: int) -> FittedPcaNet:
    """Return the network trained on `split.train`; with fewer paths than modes it takes as many modes as paths."""
    training = data.select(split.train)
    modes = min(settings.modes, split.train.size, data.times.size)
    strain, stress = (
        fit_reduction(data.times, histories, modes, settings.subtract_mean, settings.quadrature)
        for histories in (training.stretch, training.stress)
    )
    with seeded(seed):
        network = DenseNetwork(strain.count, stress.count, settings.width, settings.layers)
    train, validation = (pca_tensors(strain, stress, data.select(rows)) for rows in (split.train, split.validation))
    fit_network(network, train, validation, settings.training, seed)
    return replace(fitted_pca_net(network, strain, stress, settings.duration_s), signature=data.signature)


def fitted_pca_net(
    network: DenseNetwork, strain: Reduction, stress: Reduction, duration_s: float | None = None
) -> FittedPcaNet:
    """Return the trained network as plain arrays."""
    layers = [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in _linears(network)]
    return FittedPcaNet(
        strain,
        stress,
        1.0,
        PUBLISHED_STRESS_SCALE,
        tuple(np.ascontiguousarray(weight.T) for weight, _ in layers),
        tuple(bias.copy() for _, bias in layers),
        duration_s,
    )


def _linears(network: DenseNetwork) -> list[nn.Linear]:
    return [layer for layer in network.layers if isinstance(layer, nn.Linear)]


def pca_tensors(strain: Reduction, stress: Reduction, data: Histories) -> Tensors:
    """Return coefficients of both sides, the squared norm outside the span and that of the whole stress, per path."""
    found = stress.project(data.times, data.stress)
    rest = data.stress - stress.lift(found, data.times)
    scaled = (data.stress / PUBLISHED_STRESS_SCALE, rest / PUBLISHED_STRESS_SCALE)
    scale, outside = (np.einsum("ntc,t->n", values**2, stress.weights) for values in scaled)
    arrays = (strain.project(data.times, data.stretch), found / PUBLISHED_STRESS_SCALE, outside, scale)
    return tuple(torch.tensor(array, dtype=torch.float32) for array in arrays)
