"""The table of errors of a model on a set of paths, as a document for JSON."""

from collections.abc import Sequence

import numpy as np

from hammerscale.errors import InputError
from hammerscale.surrogate.norms import component_errors, deviatoric_error, paper_metric, total_error
from hammerscale.surrogate.surrogate import FittedSurrogate, Histories
from hammerscale.tensor.voigt import COMPONENTS, NORM_WEIGHTS, FloatArray

Document = dict[str, object]
STATISTICS = {"median": 50.0, "p95": 95.0, "max": 100.0}


def path_errors(predicted: FloatArray, data: Histories) -> dict[str, FloatArray]:
    """Return the errors (n,) of every path by the name of their norm; histories of no 3-D tensor have `total` only."""
    if predicted.shape != data.stress.shape:
        raise InputError(f"predicted histories have shape {predicted.shape}, the data {data.stress.shape}")
    if not data.is_tensor:
        return {"total": total_error(predicted, data.stress, data.times, np.ones(data.stress.shape[-1]))}
    return {
        "total": total_error(predicted, data.stress, data.times, NORM_WEIGHTS),
        "deviatoric": deviatoric_error(predicted, data.stress, data.times),
        "paper_metric": paper_metric(predicted, data.stress),
    }


def summarise(errors: dict[str, FloatArray]) -> Document:
    """Return mean (under the norm's own name), median, 95th percentile and maximum over paths."""
    means: Document = {name: float(values.mean()) for name, values in errors.items()}
    spread: Document = {
        statistic: {name: float(np.percentile(values, percent)) for name, values in errors.items()}
        for statistic, percent in STATISTICS.items()
    }
    return {"paths": len(next(iter(errors.values()))), **means, **spread}


def error_table(predicted: FloatArray, data: Histories, families: Sequence[str]) -> Document:
    """Return the errors of predicted stresses (n, t, c), over all paths and by family (n names).

    Errors are fractions, not per cent. `per_component` is the mean over paths, normalised by the whole deviator.
    """
    errors = path_errors(predicted, data)
    table = summarise(errors)
    if data.is_tensor:
        means = component_errors(predicted, data.stress, data.times).mean(axis=0)
        table["per_component"] = {name: float(mean) for name, mean in zip(COMPONENTS, means, strict=True)}
    names = np.array(families)
    table["families"] = {
        name: summarise({norm: values[names == name] for norm, values in errors.items()}) for name in np.unique(names)
    }
    return table


def evaluate(model: FittedSurrogate, data: Histories, families: Sequence[str]) -> Document:
    """Return the error table of a model on histories."""
    return error_table(model.predict(data.times, data.stretch), data, families)
