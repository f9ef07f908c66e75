"""Where a model meets data: by the names of their components, for paths as long as those that it learned."""

import logging

import numpy as np

from hammerscale.errors import InputError
from hammerscale.surrogate.data import same_duration
from hammerscale.surrogate.rest import require_rest
from hammerscale.surrogate.surrogate import FittedSurrogate, Histories
from hammerscale.tensor.voigt import FloatArray

LOG = logging.getLogger(__name__)


def predict_histories(model: FittedSurrogate, data: Histories) -> FloatArray:
    """Return the stress (n, t, c) [Pa] that a model predicts, in the components of the data.

    Data of other kinds or components, of another duration, or away from rest where the model starts there, are refused;
    components in another order are put into that of the model and back.
    """
    strain, stress = model.signature.orders(data.signature)
    _require_duration(model, data)
    rest = getattr(model, "rest", None)
    if rest is not None:
        require_rest(data, np.asarray(rest)[np.argsort(strain)])
    ours = strain == sorted(strain)
    predicted = model.predict(data.times, data.stretch if ours else np.ascontiguousarray(data.stretch[..., strain]))
    return predicted if stress == sorted(stress) else np.ascontiguousarray(predicted[..., stress])


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
