"""The gated recurrent unit before fitting."""

import numpy as np
import torch
from torch import Tensor, nn

from hammerscale.surrogate.features import Features, fit_features
from hammerscale.surrogate.gru.gru_entry import Gru
from hammerscale.surrogate.gru.gru_kernels import GruWeights
from hammerscale.surrogate.gru.gru_model import FittedGru
from hammerscale.surrogate.parameter_inputs import ParameterInputs, fit_inputs
from hammerscale.surrogate.socket import Histories, Split
from hammerscale.surrogate.training.batches import Tensors
from hammerscale.surrogate.training.fitting import fit_network, seeded
from hammerscale.surrogate.training.tensors import history_errors, sequence_tensors


class GruNetwork(nn.Module):
    """A gated recurrent unit with a linear readout; its first sample is rest.

    Parameters
    ----------
    features, targets : sizes of both sides
    states : hidden units
    increment_scale : divides the change of the features from sample to sample
    parameters : number of parameters, which every step sees
    """

    def __init__(self, features: int, targets: int, states: int, increment_scale: float, parameters: int = 0) -> None:
        super().__init__()
        self.increment_scale = increment_scale
        self.unit = nn.GRU(2 * features + parameters, states, batch_first=True)
        self.readout = nn.Linear(states, targets)

    def forward(self, features: Tensor, parameters: Tensor) -> Tensor:
        """Return targets (b, t, o) of features (b, t, f) and scaled parameters (b, p)."""
        increments = (features[:, 1:] - features[:, :-1]) / self.increment_scale
        constant = parameters[:, None].expand(-1, increments.shape[1], -1)
        history, _ = self.unit(torch.cat([features[:, 1:], increments, constant], dim=2))
        return nn.functional.pad(self.readout(history), (0, 0, 1, 0))

    def path_errors(self, batch: Tensors, fraction: float, generator: torch.Generator | None) -> Tensor:
        """Return the relative error (b,) of each path; the step is part of what it learns, so it is never coarsened."""
        times, features, targets, parameters = batch
        return history_errors(self(features, parameters), targets, times[0])


def fit_gru(settings: Gru, data: Histories, split: Split, seed: int) -> FittedGru:
    """Return the unit trained on `split.train`."""
    training = data.select(split.train)
    frame, inputs = fit_features(training), fit_inputs(training)
    train, validation = (gru_tensors(frame, inputs, data.select(rows)) for rows in (split.train, split.validation))
    scale = float(train[1].diff(dim=1).square().mean().sqrt())
    with seeded(seed):
        network = GruNetwork(*frame.sizes, settings.states, scale, len(inputs.names))
    fit_network(network, train, validation, settings.training, seed)
    return FittedGru(frame, gru_weights(network), scale, settings.duration_s, data.signature, inputs)


def gru_tensors(
    frame: Features, inputs: ParameterInputs, data: Histories, dtype: torch.dtype = torch.float32
) -> Tensors:
    """Return times (n, t), features (n, t, f), targets (n, t, o) and scaled parameters (n, p)."""
    scaled = inputs.scaled(inputs.of(data), len(data.stretch))
    return *sequence_tensors(frame, data, dtype), torch.tensor(scaled, dtype=dtype)


def gru_weights(network: GruNetwork) -> GruWeights:
    """Return the weights as the kernels take them."""
    unit = network.unit
    names = ("weight_ih_l0", "bias_ih_l0", "weight_hh_l0", "bias_hh_l0")
    tensors = [*(unit.get_parameter(name) for name in names), network.readout.weight, network.readout.bias]
    arrays = [tensor.detach().numpy() for tensor in tensors]
    return GruWeights(*(np.ascontiguousarray(array.T) for array in arrays))
