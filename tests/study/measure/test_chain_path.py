"""One test path with the stress of the unit cell and that of a model."""

import numpy as np
import pytest

from hammerscale.errors import InputError
from hammerscale.ledger.places import dataset_file
from hammerscale.study.measure.chain_path import COLUMNS, chain_rows, first_test_path
from hammerscale.surrogate.socket import Histories
from hammerscale.surrogate.training_data import open_dataset
from hammerscale.tensor.voigt import IDENTITY


def test_the_path_is_the_first_random_walk_among_the_test_paths(gathered):
    file = dataset_file(gathered, "taylor")
    data = open_dataset(file)
    expected = data.histories(data.rows("test", ("random_walk",))[:1])
    np.testing.assert_array_equal(first_test_path(file).stress, expected.stress)


def test_rows_hold_strain_and_both_deviatoric_stresses_in_mpa():
    times = np.linspace(0.0, 1.0, 3)
    stretch = np.tile(IDENTITY, (1, 3, 1))
    stretch[0, :, 0] += 0.1 * times
    simulated, learned = np.zeros((1, 3, 6)), np.zeros((1, 3, 6))
    simulated[..., :3], simulated[..., 3], learned[..., 0] = 7e6, 3e6, 9e6
    row = list(chain_rows(Histories(times, stretch, simulated), learned))[-1]
    assert tuple(row) == COLUMNS
    found = {name: value for name, value in row.items() if value}
    shear = COLUMNS[COLUMNS.index("simulated_11") + 3]
    expected = {"time": 1.0, "strain_11": 0.1, shear: 3.0, "learned_11": 6.0, "learned_22": -3.0, "learned_33": -3.0}
    assert found == pytest.approx(expected)


def test_a_data_set_without_test_paths_is_refused(gathered, monkeypatch):
    monkeypatch.setattr("hammerscale.surrogate.training_data.TrainingData.rows", lambda *_: np.arange(0))
    with pytest.raises(InputError, match="has no test paths"):
        first_test_path(dataset_file(gathered, "taylor"))
