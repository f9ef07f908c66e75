"""Arrays are read in their shapes or refused by name."""

import numpy as np
import pytest
import xarray as xr

from hammerscale.campaign.imports.recorded import Source
from hammerscale.errors import InputError
from tests.campaign.imports.foreign import MEANING

GOOD = {"strain": np.zeros((4, 5, 3)), "stress": np.zeros((4, 5, 3))}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"stress": np.zeros((4, 5, 3))}, r"no array 'strain or stretch or deformation_gradient'\nit has stress"),
        ({**GOOD, "stress": np.zeros((4, 5))}, r"array 'stress' has shape \(4, 5\)"),
        ({**GOOD, "stress": np.zeros((4, 6, 3))}, r"'strain' has 4 paths of 5 steps, 'stress' 4 of 6"),
        ({**GOOD, "stress": np.full((4, 5, 3), np.nan)}, r"path '0', step 0: stress\[0\] is nan"),
        ({**GOOD, "time": np.arange(4)}, r"array 'time' has shape \(4,\)"),
        ({**GOOD, "time": np.array([0, 1, 1, 2, 3])}, r"path '0', step 2: time 1 does not come after 1"),
        ({**GOOD, "strain": np.full((4, 5, 3), "a")}, r"array 'strain' .* type <U1"),
        ({**GOOD, "path": np.array(["a", "b", "a", "c"])}, "two paths have one label"),
        ({**GOOD, "family": np.array(["a"])}, r"array 'family' has shape \(1,\), expected \(4,\)"),
        ({**GOOD, "strain": np.array([None])}, "cannot be read as NPZ"),
    ],
)
def test_a_fault_of_an_npz_file_is_named(load, tmp_path, arrays, message):
    file = tmp_path / "theirs.npz"
    np.savez(file, **arrays)
    with pytest.raises(InputError, match=message) as caught:
        load(file)
    assert "theirs.npz" in str(caught.value)


@pytest.mark.parametrize("name", ["theirs.npz", "theirs.nc"])
def test_files_that_are_missing_or_something_else_are_refused(load, tmp_path, name):
    with pytest.raises(InputError, match="cannot read"):
        load(tmp_path / name)
    (tmp_path / name).write_text("something else")
    with pytest.raises(InputError, match="cannot be read as"):
        load(tmp_path / name)


def test_components_without_names_get_numbers_since_orders_differ(load, tmp_path):
    np.savez(tmp_path / "theirs.npz", **GOOD)
    assert load(tmp_path / "theirs.npz")["component"].tolist() == ["c1", "c2", "c3"]


def test_variables_of_a_netcdf_file_are_found_by_name_and_by_dimension(load, tmp_path):
    stress = np.random.default_rng(0).normal(size=(2, 5, 4))
    dims = ("component", "time", "path")
    file = tmp_path / "theirs.nc"
    xr.Dataset({"E": (dims, stress), "T": (dims, 2 * stress), "field": (("x", "y"), np.ones((3, 3)))}).to_netcdf(file)
    result = load(Source(file, strain=("E",), stress=("T",)), MEANING)
    np.testing.assert_array_equal(result["strain"], stress.transpose(2, 1, 0))
    np.testing.assert_array_equal(result["stress"], 2e6 * stress.transpose(2, 1, 0))
