"""Reading data sets: labels, lazy rows, failed simulations, foreign components, damage."""

import numpy as np
import pytest

from hammerscale.errors import InputError, StoreError
from hammerscale.surrogate.socket import Histories
from hammerscale.surrogate.training_data import open_dataset
from tests.surrogate.histories import plane_histories, relaxing_histories, varied_histories


def foreign_histories(paths=5, samples=7):
    """Return histories of nine strain and three stress components of some other measure."""
    rng = np.random.default_rng(9)
    strain = rng.standard_normal((paths, samples, 9))
    names = tuple(f"c{i}" for i in range(9))
    times = np.linspace(0, 1, samples) ** 2
    return Histories(times, strain, strain[..., :3] * 1e6, names, ("11", "22", "12"), "deformation_gradient")


@pytest.mark.parametrize("data", [relaxing_histories(6), plane_histories(6), foreign_histories(6)])
def test_histories_come_back_bit_for_bit_whatever_their_components(data, write_dataset):
    dataset = open_dataset(write_dataset(data))
    rows = np.array([4, 0, 5, 4])
    read = dataset.histories(rows)
    np.testing.assert_array_equal(read.stretch, data.stretch[rows])
    np.testing.assert_array_equal(read.stress, data.stress[rows])
    np.testing.assert_array_equal(read.times, data.times)
    assert read.stretch_components == data.stretch_components
    assert read.stress_components == data.stress_components
    assert read.strain_kind == data.strain_kind


def test_pinned_histories_are_those_on_the_disk(write_dataset):
    data = relaxing_histories(6)
    dataset = open_dataset(write_dataset(data, outcome=[0, 1, 0, 0, 0, 0]))
    lazy = dataset.histories(np.array([3, 1]))
    assert not dataset.pin(limit_bytes=1000)
    assert dataset.pin()
    np.testing.assert_array_equal(dataset.histories(np.array([3, 1])).stress, lazy.stress)


def test_failed_simulations_are_left_out_and_counted(write_dataset, caplog):
    data = relaxing_histories(5)
    dataset = open_dataset(write_dataset(data, outcome=[0, 1, 0, 4, 0]))
    assert dataset.failed == 2
    assert dataset.ids.tolist() == [100, 102, 104]
    np.testing.assert_array_equal(dataset.histories(dataset.rows()).stress, data.stress[[0, 2, 4]])
    assert "2 of 5" in caplog.text


def test_rows_are_chosen_by_split_and_family(write_dataset):
    splits = ["train", "test", "test", "validation", "test"]
    families = ["random_walk", "cavity", "uniaxial", "random_walk", "cavity"]
    dataset = open_dataset(write_dataset(relaxing_histories(5), splits=splits, families=families))
    assert dataset.rows("test").tolist() == [1, 2, 4]
    assert dataset.rows("test", ("cavity",)).tolist() == [1, 4]
    assert dataset.rows("validation").tolist() == [3]


def test_parameters_and_groups_come_back_with_the_rows_that_converged(write_dataset):
    data = varied_histories(2)
    dataset = open_dataset(write_dataset(data, outcome=[0, 1, 0, 0, 0, 0]))
    read = dataset.histories(np.array([1, 4]))
    np.testing.assert_array_equal(read.parameters, data.parameters[[2, 5]])
    assert (read.parameter_names, read.parameter_units) == (data.parameter_names, data.parameter_units)
    assert dataset.groups.path.tolist() == [0, 0, 1, 1, 1]
    assert dataset.groups.parameters.tolist() == [0, 1, 0, 2, 1]
    assert dataset.duration_s == 1e-6


def test_in_a_set_without_groups_every_simulation_has_a_path_of_its_own(write_dataset):
    dataset = open_dataset(write_dataset(relaxing_histories(3), durations=None))
    assert dataset.groups.path.tolist() == dataset.ids.tolist()
    assert dataset.groups.parameters.tolist() == [0, 0, 0]
    assert dataset.histories(dataset.rows()).parameters.shape == (3, 0)


def test_a_parameter_of_the_material_has_to_be_a_number_and_one_of_the_path_may_be_missing(write_dataset):
    data = varied_histories(2)
    data.parameters[3, 2] = np.nan
    open_dataset(write_dataset(data))
    data.parameters[3, 0] = np.nan
    with pytest.raises(StoreError, match=r"material\.slip\.tau0"):
        open_dataset(write_dataset(data))


def test_duration_and_density_are_known(write_dataset):
    dataset = open_dataset(write_dataset(relaxing_histories(3)))
    assert dataset.duration_s == 1e-6
    assert dataset.density == 1e4


def test_a_damaged_set_is_refused(write_dataset):
    file = write_dataset(relaxing_histories(3))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        open_dataset(file)


def test_a_missing_set_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.nc"):
        open_dataset(tmp_path / "nowhere.nc")


def test_a_number_whose_square_is_not_finite_is_refused(write_dataset):
    data = relaxing_histories(3)
    data.stress[1, 2, 0] = 1e300
    with pytest.raises(StoreError, match=r"of path .* above"):
        open_dataset(write_dataset(data)).histories(np.arange(3))
