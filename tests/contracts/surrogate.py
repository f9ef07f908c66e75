"""What every surrogate must do, whatever is inside."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from hammerscale.laws.law import Law
from hammerscale.provenance import collect
from hammerscale.surrogate.socket import Histories, Split, Surrogate
from hammerscale.tensor.polar import polar_decomposition
from hammerscale.tensor.voigt import from_matrix


def check_fit_is_reproducible(surrogate: Surrogate, data: Histories, split: Split) -> None:
    """Equal data, split and seed give equal predictions, bit for bit."""
    first = surrogate.fit(data, split, seed=3).predict(data.times, data.stretch)
    second = surrogate.fit(data, split, seed=3).predict(data.times, data.stretch)
    assert first.shape == data.stress.shape
    np.testing.assert_array_equal(first, second)


def check_training_rows_only(surrogate: Surrogate, data: Histories, split: Split) -> None:
    """Rows outside the split have no influence on the model."""
    used = np.union1d(split.train, split.validation)
    unused = np.setdiff1d(np.arange(len(data.stress)), used)
    assert unused.size
    spoiled = data.stress.copy()
    spoiled[unused] = 1e12
    clean = surrogate.fit(data, split, seed=3).predict(data.times, data.stretch)
    other = surrogate.fit(replace(data, stress=spoiled), split, seed=3).predict(data.times, data.stretch)
    np.testing.assert_array_equal(clean, other)


def check_exported_law_equals_prediction(
    surrogate: Surrogate,
    data: Histories,
    split: Split,
    folder: Path,
    load: Callable[[Path], Law],
    duration_s: float,
    tolerance: float,
) -> None:
    """The law loaded from the export, stepped through a history, gives the prediction, rotated with F."""
    fitted = surrogate.fit(data, split, seed=3)
    fitted.export(folder, collect("0" * 64, {}))
    law = load(folder)
    matrices = np.zeros((data.times.size, len(data.stretch), 3, 3))
    rows, columns = np.array([0, 1, 2, 0, 1, 0]), np.array([0, 1, 2, 1, 2, 2])
    matrices[..., rows, columns] = matrices[..., columns, rows] = data.stretch.swapaxes(0, 1)
    predicted = fitted.predict(data.times, data.stretch)
    state = law.initial_state(len(data.stretch))
    for k in range(1, data.times.size):
        new = np.empty_like(state)
        step = duration_s * (data.times[k] - data.times[k - 1])
        cauchy, status = law.advance(state, matrices[k - 1], matrices[k], step, new)
        assert (status == 0).all()
        np.testing.assert_allclose(from_matrix(cauchy), predicted[:, k], atol=tolerance * np.abs(predicted).max())
        state = new
    rotation, _ = polar_decomposition(matrices[-1])
    np.testing.assert_allclose(rotation, np.broadcast_to(np.eye(3), rotation.shape), atol=1e-12)
