"""NetCDF files of the store: what is written is read, and what was damaged is refused."""

import json
import os
import shutil

import netCDF4
import numpy as np
import pytest
import xarray
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hammerscale.errors import StoreError
from hammerscale.store.netcdf import read_netcdf, read_rows, verify_file, write_netcdf
from hammerscale.store.seal import seal
from hammerscale.store.variable import NUMBERS, Layout, Variable
from tests.store.conftest import CONFIG

TRIALS = 500
NUMBER_ARRAYS = hnp.arrays(
    dtype=st.sampled_from(NUMBERS).map(np.dtype),
    shape=hnp.array_shapes(min_dims=1, max_dims=3, max_side=4),
)
TEXT_ARRAYS = hnp.arrays(
    dtype="U6",
    shape=hnp.array_shapes(min_dims=1, max_dims=2, max_side=4),
    # A trailing zero byte is no part of a NumPy text.
    elements=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=6),
)


@pytest.fixture
def written(tmp_path, variables, block):
    path = tmp_path / "shard.nc"
    write_netcdf(path, variables, {"title": "example", "failed": 3, "weights": np.array([0.5, 1.5])}, block)
    return path


@pytest.fixture
def opened_again(written):
    """Yield the file for a change by other hands, which is then sealed as if the store had made it."""

    def change(edit):
        with netCDF4.Dataset(written, "a") as dataset:
            edit(dataset)
        seal(written)
        return written

    return change


def test_arrays_come_back_bit_for_bit(written, variables):
    found = read_netcdf(written).variables
    assert set(found) == set(variables)
    for name, variable in variables.items():
        np.testing.assert_array_equal(found[name].data, variable.data)
        assert found[name].data.tobytes() == variable.data.astype(found[name].data.dtype).tobytes()


def test_descriptions_come_back(written, variables):
    found = read_netcdf(written).variables
    for name, variable in variables.items():
        assert (found[name].dims, found[name].units, found[name].long_name) == (
            variable.dims,
            variable.units,
            variable.long_name,
        )
    assert found["stress"].attributes == {"scale": 2.5}
    assert found["outcome"].attributes["flag_values"].tolist() == list(range(6))


def test_attributes_and_provenance_come_back(written, block):
    attributes = read_netcdf(written).attributes
    assert attributes["title"] == "example"
    assert attributes["failed"] == 3
    assert attributes["weights"].tolist() == [0.5, 1.5]
    assert block.attributes().items() <= attributes.items()


def test_rows_come_back_with_all_that_describes_them_and_without_what_has_other_rows(written, variables):
    contents, whole = read_rows(written, "path", 1, 3), read_netcdf(written)
    assert contents.attributes.keys() == whole.attributes.keys()
    assert set(contents.variables) == {name for name, variable in variables.items() if variable.dims[0] == "path"}
    assert len(contents.variables) > 1
    for name, variable in contents.variables.items():
        np.testing.assert_array_equal(variable.data, variables[name].data[1:3])
        assert (variable.units, variable.attributes.keys()) == (
            variables[name].units,
            whole.variables[name].attributes.keys(),
        )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(data=NUMBER_ARRAYS | TEXT_ARRAYS, deflate=st.sampled_from([0, 1]))
def test_any_array_survives_the_file(tmp_path, block, data, deflate):
    path = tmp_path / "any.nc"
    dims = tuple(f"d{i}" for i in range(data.ndim))
    write_netcdf(path, {"any": Variable(dims, data, "1", "any")}, {}, block, deflate)
    found = read_netcdf(path).variables["any"].data
    assert found.shape == data.shape
    assert found.tolist() == data.tolist() or found.tobytes() == data.tobytes()


def test_arrays_in_another_memory_layout_are_stored_alike(tmp_path, block):
    data = np.arange(12.0).reshape(3, 4)
    write_netcdf(tmp_path / "f.nc", {"a": Variable(("x", "y"), np.asfortranarray(data), "1", "a")}, {}, block)
    write_netcdf(tmp_path / "b.nc", {"a": Variable(("x", "y"), data.astype(">f8"), "1", "a")}, {}, block)
    assert read_netcdf(tmp_path / "f.nc").variables["a"].data.tolist() == data.tolist()
    assert read_netcdf(tmp_path / "b.nc").variables["a"].data.tolist() == data.tolist()


def test_equal_contents_give_equal_bytes(tmp_path, variables, block):
    write_netcdf(tmp_path / "one.nc", variables, {}, block)
    write_netcdf(tmp_path / "two.nc", variables, {}, block)
    assert (tmp_path / "one.nc").read_bytes() == (tmp_path / "two.nc").read_bytes()


def test_every_variable_carries_a_checksum_of_each_chunk_and_its_digest(written):
    with netCDF4.Dataset(written) as dataset:
        assert dataset.data_model == "NETCDF4"
        for variable in dataset.variables.values():
            assert variable.filters()["fletcher32"]
            assert len(variable.sha256) == 64


def test_expected_counts_are_the_sizes_of_the_dimensions(written):
    with netCDF4.Dataset(written) as dataset:
        counts = json.loads(dataset.expected_counts)
    assert {name: counts[name] for name in ("path", "time", "component")} == {"path": 6, "time": 5, "component": 3}


def test_xarray_opens_a_sealed_file_lazily_with_its_coordinates_and_texts(written, variables):
    with xarray.open_dataset(written) as dataset:
        assert set(dataset.coords) == {"path", "time", "component"}
        assert dataset["family"].values.tolist() == variables["family"].data.tolist()
        np.testing.assert_array_equal(
            dataset["stress"].sel(path=2**40 + 4, component="22").values, variables["stress"].data[4, :, 1]
        )


def test_a_file_cut_anywhere_is_refused(written, tmp_path):
    whole, cut = written.read_bytes(), tmp_path / "cut.nc"
    lengths = np.random.default_rng(1).choice(len(whole), TRIALS - 120, replace=False).tolist()
    for length in (*range(100), *range(len(whole) - 20, len(whole)), *lengths):
        cut.write_bytes(whole[:length])
        with pytest.raises(StoreError, match="is damaged"):
            verify_file(cut)


def test_any_flipped_bit_is_refused(written, tmp_path):
    whole, flipped = written.read_bytes(), tmp_path / "flipped.nc"
    generator = np.random.default_rng(2)
    anywhere = generator.choice(8 * len(whole), TRIALS - 100, replace=False)
    in_header_and_seal = (*range(0, 8 * 50, 8), *range(8 * (len(whole) - 50), 8 * len(whole), 8))
    for bit in (*anywhere.tolist(), *in_header_and_seal):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        flipped.write_bytes(damaged)
        with pytest.raises(StoreError, match="is damaged"):
            verify_file(flipped)


def test_reading_refuses_what_verify_refuses(written):
    damaged = bytearray(written.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    written.write_bytes(damaged)
    with pytest.raises(StoreError, match="is damaged"):
        read_netcdf(written)


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"not a data set\n"])
def test_what_is_not_netcdf_is_refused(tmp_path, content):
    path = tmp_path / "other.nc"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        verify_file(path)


def test_a_sealed_file_that_is_not_netcdf_is_refused(tmp_path):
    path = tmp_path / "other.nc"
    path.write_bytes(b"sealed, but text")
    seal(path)
    with pytest.raises(StoreError, match="the NetCDF library says"):
        verify_file(path)


def test_a_file_that_is_not_there_is_one_clear_error(tmp_path):
    with pytest.raises(StoreError, match=r"cannot read .*missing\.nc: No such file"):
        verify_file(tmp_path / "missing.nc")
    with pytest.raises(StoreError, match=r"cannot read .*missing\.nc: No such file"):
        read_netcdf(tmp_path / "missing.nc", ["stress"])


def test_a_file_that_another_program_changed_is_refused(written):
    with netCDF4.Dataset(written, "a") as dataset:
        dataset["stress"][0, 0, 0] = 1.0
    with pytest.raises(StoreError, match="seal is missing"):
        verify_file(written)


def test_missing_counts_are_refused(opened_again):
    path = opened_again(lambda dataset: dataset.delncattr("expected_counts"))
    with pytest.raises(StoreError, match="counts or digests are missing"):
        verify_file(path)


def test_missing_digests_are_refused(opened_again):
    path = opened_again(lambda dataset: dataset["stress"].delncattr("sha256"))
    with pytest.raises(StoreError, match="counts or digests are missing"):
        verify_file(path)


def test_counts_that_differ_from_the_dimensions_are_refused(opened_again):
    path = opened_again(lambda dataset: dataset.setncattr("expected_counts", '{"path": 7}'))
    with pytest.raises(StoreError, match=r"expected \{'path': 7\}"):
        verify_file(path)


def test_values_that_differ_from_their_digest_are_refused(opened_again):
    def change(dataset):
        dataset["stress"][0, 0, 0] = 1.0

    path = opened_again(change)
    with pytest.raises(StoreError, match="values of 'stress'"):
        read_netcdf(path, ["stress"])


def test_a_file_of_another_config_is_refused_and_both_hashes_are_named(written):
    other = "b" * 64
    for read in (verify_file, lambda path, config: read_netcdf(path, config_hash=config)):
        with pytest.raises(StoreError) as error:
            read(written, other)
        assert CONFIG in str(error.value)
        assert other in str(error.value)
    verify_file(written, CONFIG)


def test_only_the_variables_asked_for_are_read(written):
    assert list(read_netcdf(written, ["outcome"]).variables) == ["outcome"]


def test_a_variable_that_is_not_there_is_named_with_those_that_are(written):
    with pytest.raises(StoreError, match=r"no variable 'strain'\n.*stress"):
        read_netcdf(written, ["strain"])


@pytest.mark.parametrize("name", ["config_hash", "expected_counts"])
def test_attributes_of_the_store_cannot_be_given(tmp_path, variables, block, name):
    with pytest.raises(ValueError, match="written by the store alone"):
        write_netcdf(tmp_path / "x.nc", variables, {name: "mine"}, block)


def test_contradicting_sizes_are_refused(tmp_path, variables, block):
    variables["time"] = Variable(("time",), np.linspace(0.0, 1.0, 4), "1", "time")
    with pytest.raises(ValueError, match="dimension 'time'"):
        write_netcdf(tmp_path / "x.nc", variables, {}, block)
    assert list(tmp_path.iterdir()) == []


def test_shape_and_dimensions_must_agree(tmp_path, block):
    with pytest.raises(ValueError, match="but dimensions"):
        write_netcdf(tmp_path / "x.nc", {"a": Variable(("x", "y"), np.ones(3), "1", "a")}, {}, block)


def test_empty_dimensions_are_refused(tmp_path, block):
    with pytest.raises(ValueError, match="is empty"):
        write_netcdf(tmp_path / "x.nc", {"a": Variable(("x",), np.ones(0), "1", "a")}, {}, block)


def test_scalars_are_sent_to_the_attributes():
    with pytest.raises(ValueError, match="as attributes of the file"):
        Layout((), "f8", "1", "a scalar")


@pytest.mark.parametrize("dtype", ["bool", "complex128", "O", "M8[s]"])
def test_types_that_netcdf_lacks_are_refused(dtype):
    with pytest.raises(ValueError, match="which is not stored"):
        Layout(("x",), dtype, "1", "strange")


def test_files_follow_the_umask(written):
    mask = os.umask(0)
    os.umask(mask)
    assert written.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_copy_is_as_good_as_the_file(written, tmp_path):
    shutil.copy(written, tmp_path / "copy.nc")
    verify_file(tmp_path / "copy.nc", CONFIG)
