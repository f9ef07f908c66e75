"""Where a model meets data: by the names of components and parameters, for paths as long as those that it learned."""

import logging
from dataclasses import replace

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.surrogate.parameter_inputs import Parametrised
from hammerscale.surrogate.rest import require_rest
from hammerscale.surrogate.socket import FittedSurrogate, Histories
from hammerscale.surrogate.training_data import same_duration

LOG = logging.getLogger(__name__)


def data_for(model: FittedSurrogate, data: Histories) -> Histories:
    """Return the data with their components in the order of a model, which they differ in at most.

    Other kinds or components, paths of another duration and, where the model starts at rest, paths that do not, are
    refused.
    """
    strain, stress = model.signature.places_in(data.signature)
    _require_duration(model, data)
    if model.signature != data.signature:
        data = replace(
            data,
            stretch=np.ascontiguousarray(data.stretch[..., strain]),
            stress=np.ascontiguousarray(data.stress[..., stress]),
            stretch_components=model.signature.strain_components,
            stress_components=model.signature.stress_components,
        )
    rest = getattr(model, "rest", None)
    if rest is not None:
        require_rest(data, rest)
    return data


def predict(model: FittedSurrogate, data: Histories) -> FloatArray:
    """Return the stress (n, t, c) [Pa] of a model for data that `data_for` returned, and for their parameters."""
    if isinstance(model, Parametrised):
        return model.predict(data.times, data.stretch, model.inputs.of(data))
    return model.predict(data.times, data.stretch)


def _require_duration(model: FittedSurrogate, data: Histories) -> None:
    """Refuse paths of another length than the learned ones; a model without `duration_s` does not depend on it."""
    if not hasattr(model, "duration_s"):
        return
    learned, tested = model.duration_s, data.durations_s
    if learned is None or tested is None:
        if learned is not tested:
            LOG.warning(
                "the length of the paths is known of the %s alone: rates are taken to be equal",
                "data" if learned is None else "model",
            )
        return
    others = [float(one) for one in np.unique(tested) if not same_duration(float(one), learned)]
    if others:
        raise InputError(
            f"the model learned paths that last {learned:g} s, the data hold some that last {others[0]:g} s",
            "it would answer as if all paths lasted equally long, whatever the stress owes to the rate",
            "evaluate it on paths of its own duration, or train a model on these",
        )
