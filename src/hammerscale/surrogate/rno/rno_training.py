"""The recurrent operator before fitting: its architecture and how it is trained."""

import logging
import math

import numpy as np
from torch import Tensor

from hammerscale.arrays import Array
from hammerscale.errors import InputError
from hammerscale.microstructure.symmetry import NONE, Symmetry
from hammerscale.surrogate.features import Features, TensorFeatures, fit_features
from hammerscale.surrogate.rno.rno_entry import RecurrentOperator
from hammerscale.surrogate.rno.rno_equation import OperatorWeights
from hammerscale.surrogate.rno.rno_model import FittedOperator
from hammerscale.surrogate.rno.rno_network import OperatorNetwork
from hammerscale.surrogate.socket import Histories, Split
from hammerscale.surrogate.training.fitting import fit_network, seeded
from hammerscale.surrogate.training.tensors import sequence_tensors

LOG = logging.getLogger(__name__)

# Fewest steps of the integration over a path. On coarser ones a training makes up for the error of the integration by
# its weights: what it learns is then another law at any other step.
FEWEST_STEPS = 200
# Part of the training on turned paths, where the material has a symmetry.
TURNED_UNTIL = 0.95


def fit_operator(settings: RecurrentOperator, data: Histories, split: Split, seed: int) -> FittedOperator:
    """Return the operator trained on `split.train`."""
    frame = fit_features(data.select(split.train))
    turned_until = _turned_until(settings, frame, data.symmetry)
    turned = f"{data.symmetry} for {turned_until:.0%} of the training" if turned_until else "no rotations"
    LOG.info("paths are turned by %s; %s", turned, _reason(frame, data.symmetry))
    train, validation = (sequence_tensors(frame, data.select(rows)) for rows in (split.train, split.validation))
    rate, longest = usual_rate(*train[:2]), float(np.diff(data.times).max())
    cuts = max(1, math.ceil(longest * FEWEST_STEPS - 1e-6))
    sizes = (*frame.sizes, settings.states, settings.width, settings.readout_width)
    with seeded(seed):
        network = OperatorNetwork(*sizes, rate, turned_until, cuts, data.symmetry.axis)
    fit_network(network, train, validation, settings.training, seed)
    # Half the step of the training: what a finer grid still changes is then a thousandth of the deviator.
    largest_step = 0.5 * longest / cuts
    weights = operator_weights(network)
    return FittedOperator(frame, weights, largest_step, rate, settings.duration_s, data.signature, turned)


def _turned_until(settings: RecurrentOperator, frame: Features, symmetry: Symmetry) -> float:
    """Return the part of the training on turned paths; a wish that contradicts the symmetry is refused."""
    can_turn = isinstance(frame, TensorFeatures) and symmetry.kind != NONE
    if settings.turned_until is None:
        return TURNED_UNTIL if can_turn else 0.0
    if settings.turned_until and not can_turn:
        why = _reason(frame, symmetry)
        raise InputError(
            f"turned_until is {settings.turned_until:g}, but the material may not be turned: {why}",
            "a path that is turned where the material has a texture has another stress than it is given",
            "leave turned_until out or set it to 0; where imported data are symmetric, import them with --symmetry",
        )
    return settings.turned_until


def _reason(frame: Features, symmetry: Symmetry) -> str:
    """Return why paths are turned or not."""
    lacks_tensors = symmetry.kind != NONE and not isinstance(frame, TensorFeatures)
    return "the components of these data are not turned" if lacks_tensors else symmetry.reason


def usual_rate(times: Tensor, features: Tensor) -> float:
    """Return the root mean square of |dx/dt| of features (n, t, f) at times (n, t)."""
    rates = features.diff(dim=1) / times.diff(dim=1)[..., None]
    # Data that never move train nothing; any rate will do.
    return float(rates.square().sum(dim=2).mean().sqrt()) or 1.0


def operator_weights(network: OperatorNetwork) -> OperatorWeights[Array]:
    """Return the weights as the kernels take them."""
    return OperatorWeights(*(tensor.detach().numpy().copy() for tensor in network.weights()))
