"""The recurrent operator before fitting: its architecture and how it is trained."""

import math
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from hammerscale.surrogate.frame import TensorFrame, fit_frame
from hammerscale.surrogate.operator import FittedOperator
from hammerscale.surrogate.operator_kernels import OperatorWeights
from hammerscale.surrogate.surrogate import Histories, Split
from hammerscale.surrogate.training.fitting import fit_network
from hammerscale.surrogate.training.operator_network import OperatorNetwork
from hammerscale.surrogate.training.seeded import seeded
from hammerscale.surrogate.training.sequences import sequence_tensors
from hammerscale.surrogate.training.settings import Training

OPERATOR_TRAINING = Training(epochs=400, batch=40, learning_rate=4e-3, final_learning_rate=1e-5, gradient_clip=1.0)
# Fewest steps of the integration over a path. On coarser ones a training makes up for the error of the integration by
# its weights: what it learns is then another law at any other step.
FEWEST_STEPS = 200


@dataclass(frozen=True)
class RecurrentOperator:
    """The recurrent neural operator of `hammerscale.surrogate.operator`.

    Attributes
    ----------
    states : internal variables
    width, readout_width : hidden units of the rates and of the readout
    turned_until : fraction of the training in which every path is turned at random, as if there were no texture; the
        rest of the training teaches the anisotropy. Only for stretch and stress in three dimensions; 0 turns it off
    training : settings
    duration_s : physical length of the paths [s], None where unknown; a law needs it
    """

    states: int = 32
    width: int = 96
    readout_width: int = 64
    turned_until: float = 0.95
    training: Training = field(default_factory=lambda: OPERATOR_TRAINING)
    duration_s: float | None = None

    def fit(self, data: Histories, split: Split, seed: int) -> FittedOperator:
        """Return the operator trained on `split.train`."""
        frame = fit_frame(data.select(split.train))
        turned_until = self.turned_until if isinstance(frame, TensorFrame) else 0.0
        train, validation = (sequence_tensors(frame, data.select(rows)) for rows in (split.train, split.validation))
        rate, longest = usual_rate(*train[:2]), float(np.diff(data.times).max())
        cuts = max(1, math.ceil(longest * FEWEST_STEPS - 1e-6))
        sizes = (*frame.sizes, self.states, self.width, self.readout_width)
        with seeded(seed):
            network = OperatorNetwork(*sizes, rate, turned_until, cuts)
        fit_network(network, train, validation, self.training, seed)
        # Half the step of the training: what a finer grid still changes is then a thousandth of the deviator.
        largest_step = 0.5 * longest / cuts
        return FittedOperator(frame, operator_weights(network), largest_step, rate, self.duration_s)


def usual_rate(times: Tensor, features: Tensor) -> float:
    """Return the root mean square of |dx/dt| of features (n, t, f) at times (n, t)."""
    rates = features.diff(dim=1) / times.diff(dim=1)[..., None]
    # Data that never move train nothing; any rate will do.
    return float(rates.square().sum(dim=2).mean().sqrt()) or 1.0


def operator_weights(network: OperatorNetwork) -> OperatorWeights:
    """Return the weights as the kernels take them."""
    layers = {
        "drive": network.drive.weight,
        "rate": network.log_rate.exp(),
        "wear": network.log_wear.exp(),
        "weight1": network.hidden1.weight,
        "entrance": network.entrance.weight,
        "bias1": network.hidden1.bias,
        "weight2": network.hidden2.weight,
        "bias2": network.hidden2.bias,
        "weight3": network.rates.weight,
        "read1": network.readout1.weight,
        "read_bias": network.readout1.bias,
        "read2": network.readout2.weight,
        "direct": network.direct.weight,
    }
    return OperatorWeights(**{name: tensor.detach().numpy().copy() for name, tensor in layers.items()})
