"""Errors of stress histories: one number per path, total and deviatoric.

On random strain paths nearly all of the total is pressure, so a model is judged by its deviator; the paper's own metric
is next to ours under its name.
"""

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.tensor.voigt import NORM_WEIGHTS, deviator


def trapezoid_weights(times: FloatArray) -> FloatArray:
    """Return the weights (t,) of the trapezoidal rule on any ascending grid `times` (t,)."""
    gaps = np.diff(times)
    weights = np.zeros(times.size)
    weights[:-1] += 0.5 * gaps
    weights[1:] += 0.5 * gaps
    return weights


def history_norm(history: FloatArray, times: FloatArray, component_weights: FloatArray) -> FloatArray:
    """Return the L2 norms over time (n,) of histories (n, t, c) with a weight per component (c,)."""
    squares = np.einsum("ntc,ntc,c->nt", history, history, component_weights)
    return np.sqrt(squares @ trapezoid_weights(times))


def total_error(predicted: FloatArray, reference: FloatArray, times: FloatArray, weights: FloatArray) -> FloatArray:
    """Return ‖σ̂ - σ‖ / ‖σ‖ (n,) of histories (n, t, c); `weights` (c,) are `NORM_WEIGHTS` for tensors, else ones."""
    return _ratio(history_norm(predicted - reference, times, weights), history_norm(reference, times, weights))


def deviatoric_error(predicted: FloatArray, reference: FloatArray, times: FloatArray) -> FloatArray:
    """Return the relative error (n,) of the deviators of tensor histories (n, t, 6)."""
    return total_error(deviator(predicted), deviator(reference), times, NORM_WEIGHTS)


def component_errors(predicted: FloatArray, reference: FloatArray, times: FloatArray) -> FloatArray:
    """Return the errors (n, 6) of single components of tensor histories, each over the norm of the whole deviator."""
    whole = history_norm(deviator(reference), times, NORM_WEIGHTS)
    squares = np.einsum("ntc,t->nc", (predicted - reference) ** 2, trapezoid_weights(times))
    return _ratio(np.sqrt(squares), whole[:, None])


def paper_metric(predicted: FloatArray, reference: FloatArray) -> FloatArray:
    """Return the error (n,) as Liu et al. (JMPS) take it: flattened over samples and components, each shear once."""
    flat_error = (predicted - reference).reshape(len(reference), -1)
    flat_reference = reference.reshape(len(reference), -1)
    return _ratio(np.linalg.norm(flat_error, axis=1), np.linalg.norm(flat_reference, axis=1))


def _ratio(error: FloatArray, scale: FloatArray) -> FloatArray:
    """Return error / scale; a path without stress is matched (0) or missed (infinite)."""
    error, scale = np.broadcast_arrays(error, scale)
    at_rest = np.where(error > 0.0, np.inf, 0.0)
    return np.divide(error, scale, out=at_rest, where=scale > 0.0)
