"""The table of errors of a model on a set of paths, as a document for JSON."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.store.folder import MANIFEST
from hammerscale.store.seal import require_sealed_as, seal_of
from hammerscale.surrogate.baselines.pressure import FittedPressure
from hammerscale.surrogate.model_folder import read_report
from hammerscale.surrogate.models import load_model
from hammerscale.surrogate.norms import component_errors, deviatoric_error, paper_metric, total_error
from hammerscale.surrogate.pca_net.pca import Reduced
from hammerscale.surrogate.physics import find_physics, fit_bulk_modulus
from hammerscale.surrogate.prediction import data_for, predict
from hammerscale.surrogate.socket import FittedSurrogate, Histories
from hammerscale.surrogate.training_data import Rows, TrainingData, dataset_name, open_dataset
from hammerscale.tensor.voigt import COMPONENTS, NORM_WEIGHTS

Document = dict[str, object]
ALL = "all"
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


def summarise_errors(errors: dict[str, FloatArray]) -> Document:
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
    table = summarise_errors(errors)
    if data.is_tensor:
        means = component_errors(predicted, data.stress, data.times).mean(axis=0)
        table["per_component"] = {name: float(mean) for name, mean in zip(COMPONENTS, means, strict=True)}
    table["families"] = _by_family(errors, families)
    return table


def _by_family(errors: dict[str, FloatArray], families: Sequence[str]) -> Document:
    """Return the statistics of path errors (n,) by family (n names)."""
    names = np.array(families)
    return {
        str(name): summarise_errors({norm: values[names == name] for norm, values in errors.items()})
        for name in np.unique(names)
    }


def evaluate_rows(model: FittedSurrogate, dataset: TrainingData, rows: Rows) -> Document:
    """Return the error table of a model on some rows of a data set.

    Where the material is known to be volumetric-isochoric, the errors of the pressure alone, fitted on the training
    paths (or on the rows themselves where there are none), stand under `pressure_only`. Where the model reduces
    histories to principal components, what these lose of them stands under `pca`.
    """
    data = data_for(model, dataset.histories(rows))
    families = dataset.family[rows].tolist()
    table = error_table(predict(model, data), data, families)
    if isinstance(model, Reduced):
        table["pca"] = {
            "input": float(model.strain.residual(data.times, data.stretch).mean()),
            "output": float(model.stress.residual(data.times, data.stress).mean()),
        }
    training = dataset.rows("train")
    fitted_on = data_for(model, dataset.histories(training)) if data.is_stretch and training.size else data
    if find_physics(fitted_on).holds:
        alone = FittedPressure(fit_bulk_modulus(fitted_on))
        errors = path_errors(predict(alone, data), data)
        table["pressure_only"] = {**summarise_errors(errors), "families": _by_family(errors, families)}
    return table


def evaluate_model(folder: str | Path, dataset_file: str | Path, split: str = "test") -> Document:
    """Return the error table of an exported model on one split of a data set, or on "all" of it.

    How the model was trained and how it fared then stands under `trained`.
    """
    folder, dataset_file = Path(folder), Path(dataset_file)
    seal, manifest = seal_of(dataset_file), seal_of(folder / MANIFEST)
    model, dataset = load_model(folder), open_dataset(dataset_file)
    rows = dataset.rows(None if split == ALL else split)
    if rows.size == 0:
        raise InputError(
            f"{dataset_file} has no paths for {split!r}",
            remedy=f"name another split: {', '.join([*np.unique(dataset.split), ALL])}",
        )
    table = evaluate_rows(model, dataset, rows)
    trained = read_report(folder)
    # Neither may have been replaced meanwhile: errors of one model must not stand next to the report of another.
    require_sealed_as(dataset_file, seal)
    require_sealed_as(folder / MANIFEST, manifest)
    return {"model": folder.name, "dataset": dataset_name(dataset_file), "split": split, **table, "trained": trained}
