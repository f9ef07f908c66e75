"""The published network before fitting: four hidden layers between principal components (Liu et al.)."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from hammerscale.surrogate.pca import Reduction, fit_reduction
from hammerscale.surrogate.pca_net import FittedPcaNet
from hammerscale.surrogate.surrogate import Histories, Split
from hammerscale.surrogate.training.batches import Tensors
from hammerscale.surrogate.training.fitting import fit_network, seeded
from hammerscale.surrogate.training.settings import Training

# As the authors trained in two dimensions; they took up to 1,500 epochs in three.
PUBLISHED_TRAINING = Training(epochs=500, batch=16, learning_rate=1e-4, final_learning_rate=1e-6)
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


@dataclass(frozen=True)
class PcaNet:
    """The network as published.

    Attributes
    ----------
    modes : modes per component: 32 in two dimensions, 60 or 100 in three
    width, layers : hidden layers
    subtract_mean, quadrature : options of the reductions, off as published
    training : settings
    duration_s : physical length of the paths [s], None where unknown; a law needs it
    """

    modes: int = 60
    width: int = 1000
    layers: int = 4
    subtract_mean: bool = False
    quadrature: bool = False
    training: Training = field(default_factory=lambda: PUBLISHED_TRAINING)
    duration_s: float | None = None

    def fit(self, data: Histories, split: Split, seed: int) -> FittedPcaNet:
        """Return the network trained on `split.train`; with fewer paths than modes it takes as many modes as paths."""
        training = data.select(split.train)
        modes = min(self.modes, split.train.size, data.times.size)
        strain, stress = (
            fit_reduction(data.times, histories, modes, self.subtract_mean, self.quadrature)
            for histories in (training.stretch, training.stress)
        )
        with seeded(seed):
            network = DenseNetwork(strain.count, stress.count, self.width, self.layers)
        train, validation = (pca_tensors(strain, stress, data.select(rows)) for rows in (split.train, split.validation))
        fit_network(network, train, validation, self.training, seed)
        return replace(fitted_pca_net(network, strain, stress, self.duration_s), signature=data.signature)


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
