"""Arrays are read in their shapes or refused by name."""

import io
import zipfile
from dataclasses import replace
from itertools import permutations

import netCDF4
import numpy as np
import pytest
import xarray as xr

from hammerscale.errors import InputError
from hammerscale.production.imports.recorded import Source
from tests.production.imports.foreign import MEANING

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


def test_a_single_array_under_the_name_of_an_archive_is_refused(load, tmp_path):
    buffer = io.BytesIO()
    np.save(buffer, GOOD["strain"])
    (tmp_path / "theirs.npz").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match=r"theirs.npz cannot be read as NPZ: it holds one array without a name"):
        load(tmp_path / "theirs.npz")


@pytest.mark.parametrize(
    ("member", "message"),
    [(b"garbage", r"its member 'notes\.txt' is no array"), (b"\x93NUMPY\x01\x00garbage", "cannot be read as NPZ")],
)
def test_a_member_of_an_archive_that_is_no_array_is_refused(load, tmp_path, member, message):
    file = tmp_path / "theirs.npz"
    np.savez(file, **GOOD)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("notes.txt", member)
    with pytest.raises(InputError, match=message):
        load(file)


def test_a_damaged_compressed_member_is_refused(load, tmp_path):
    file = tmp_path / "theirs.npz"
    np.savez_compressed(file, strain=np.random.default_rng(0).normal(size=(4, 5, 3)), stress=GOOD["stress"])
    damaged = bytearray(file.read_bytes())
    damaged[60:160] = b"\xff" * 100
    file.write_bytes(damaged)
    with pytest.raises(InputError, match="cannot be read as NPZ"):
        load(file)


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


DIMENSIONS = (("path", "time", "component"), ("path", "step", "component"), ("path", "step", "voigt"))
PARTLY = (("specimen", "step", "component"), ("path", "clock", "component"), ("specimen", "time", "voigt"))


def write_permuted(file, dims, order, values):
    """Write strain and stress of shape (path, step, component) with their dimensions named and in another order."""
    field = xr.DataArray(values, dims=dims).transpose(*order)
    xr.Dataset({"strain": field, "stress": 2 * field}).to_netcdf(file)


@pytest.mark.parametrize("dims", DIMENSIONS)
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_named_dimensions_are_found_wherever_they_stand(load, tmp_path, dims, order):
    values = np.random.default_rng(0).normal(size=(3, 4, 3))
    write_permuted(tmp_path / "theirs.nc", dims, [dims[i] for i in order], values)
    result = load(tmp_path / "theirs.nc")
    np.testing.assert_array_equal(result["strain"], values)
    np.testing.assert_array_equal(result["stress"], 2e6 * values)


@pytest.mark.parametrize("dims", PARTLY)
@pytest.mark.parametrize("moved", range(3))
def test_unnamed_dimensions_fill_the_places_left_in_their_order(load, tmp_path, dims, moved):
    values = np.random.default_rng(0).normal(size=(3, 4, 3))
    known = [name for name in dims if name in ("path", "time", "step", "component")]
    order = [name for name in dims if name not in known]
    for name in known:
        order.insert(moved, name)
    write_permuted(tmp_path / "theirs.nc", dims, order, values)
    np.testing.assert_array_equal(load(tmp_path / "theirs.nc")["strain"], values)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"strain": ("time", "step", "component")}, r"'strain' has the dimensions \(time, step, component\)"),
        ({"time": ("path",)}, r"'time' has the dimensions \(path\), expected \(step\)"),
        ({"time": ("component", "path")}, r"'time' has the dimensions \(component, path\), expected \(path, step\)"),
        ({"split": ("step",)}, r"'split' has the dimensions \(step\), expected \(path\)"),
    ],
)
def test_a_dimension_whose_name_contradicts_its_place_is_refused(load, tmp_path, fields, message):
    dims = {"strain": ("path", "step", "component"), "stress": ("path", "step", "component"), **fields}
    # As many paths as steps and components, so that no shape betrays the exchange.
    held = {name: (dim, np.zeros((3,) * len(dim))) for name, dim in dims.items()}
    data = xr.Dataset({f"v_{name}": field for name, field in held.items()})
    data.to_netcdf(tmp_path / "theirs.nc")
    names = {name: (f"v_{name}",) if name in ("strain", "stress") else f"v_{name}" for name in dims}
    with pytest.raises(InputError, match=message.replace("'", "'v_", 1)):
        load(Source(tmp_path / "theirs.nc", **names))


def test_times_of_their_own_are_turned_with_their_paths(load, tmp_path):
    times = np.array([[0.0, 1.0, 3.0], [0.0, 1.0, 3.0]])
    field = xr.DataArray(np.zeros((2, 3, 3)), dims=("path", "step", "component"))
    clock = xr.DataArray(times.T, dims=("step", "path"))
    xr.Dataset({"strain": field, "stress": field, "t": clock}).to_netcdf(tmp_path / "theirs.nc")
    np.testing.assert_allclose(load(tmp_path / "theirs.nc")["time"], [0.0, 1 / 3, 1.0])


CODED = {
    "split": ["train", "train", "test", "validation"],
    "path": ["α-1", "b", "c", "d"],
    "family": ["shear", "shear", "shear", "cavity"],
    "components": ["33", "11", "22"],
}
DRAWN_BY_FILE = replace(MEANING, fractions=())


def check_coded(result):
    for theirs, ours in (("split", "split"), ("path", "source_path"), ("family", "family")):
        assert result[ours].tolist() == CODED[theirs]
    # In the order of the house, which only names that were understood bring about.
    assert result["component"].tolist() == ["11", "22", "33"]


@pytest.mark.parametrize("fill", [b"\0", b" "])
@pytest.mark.parametrize("version", ["NETCDF3_CLASSIC", "NETCDF4"])
def test_characters_of_classic_netcdf_are_texts_however_they_are_padded(load, tmp_path, version, fill):
    file, axes = tmp_path / "theirs.nc", ("path", "time", "component")
    with netCDF4.Dataset(file, "w", format=version) as data:
        for name, size in (*zip(axes, (4, 5, 3), strict=True), ("letters", 16)):
            data.createDimension(name, size)
        for name in ("strain", "stress"):
            data.createVariable(name, "f8", axes)[:] = 0.0
        for name, values in CODED.items():
            rows = [[bytes([byte]) for byte in value.encode().ljust(16, fill)] for value in values]
            variable = data.createVariable(name, "S1", ("component" if name == "components" else "path", "letters"))
            variable[:] = np.array(rows, dtype="S1")
    check_coded(load(file, DRAWN_BY_FILE))


def test_bytes_of_npz_files_are_texts(load, tmp_path):
    coded = {name: np.array([value.encode() for value in values]) for name, values in CODED.items()}
    np.savez(tmp_path / "theirs.npz", **GOOD, **coded)
    check_coded(load(tmp_path / "theirs.npz", DRAWN_BY_FILE))


def test_bytes_that_are_no_text_are_refused_with_their_array(load, tmp_path):
    np.savez(tmp_path / "theirs.npz", **GOOD, family=np.array([b"\xff\xfe", b"b", b"c", b"d"]))
    with pytest.raises(InputError, match=r"theirs\.npz: the array 'family' holds bytes that are not text in UTF-8"):
        load(tmp_path / "theirs.npz")


@pytest.mark.parametrize("name", ["strain", "stress", "unused"])
def test_a_small_npz_file_that_stands_for_terabytes_is_refused_before_it_is_read(load, tmp_path, name):
    header = io.BytesIO()
    # Only the header stands there: nobody may come as far as to miss the numbers.
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|i1", "fortran_order": False, "shape": (1 << 20, 1 << 20, 3)}
    )
    np.savez(tmp_path / "bomb.npz", **{key: array for key, array in GOOD.items() if key != name})
    with zipfile.ZipFile(tmp_path / "bomb.npz", "a") as archive:
        archive.writestr(f"{name}.npy", header.getvalue())
    with pytest.raises(InputError, match=rf"most of them '{name}.npy'; at most 4,294,967,296 are read"):
        load(tmp_path / "bomb.npz")


def test_a_member_that_is_no_array_is_refused_before_it_is_expanded(load, tmp_path):
    np.savez(tmp_path / "bomb.npz", **GOOD)
    with zipfile.ZipFile(tmp_path / "bomb.npz", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(1 << 24))
    with pytest.raises(InputError, match="its member 'zeros' is no array"):
        load(tmp_path / "bomb.npz")


class Mischief:
    """An object that leaves a mark when it is unpickled."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __reduce__(self):
        return (open, (self.mark, "w"))


def test_an_object_array_is_refused_and_its_program_does_not_run(load, tmp_path):
    mark = tmp_path / "mark"
    np.savez(tmp_path / "theirs.npz", **GOOD, family=np.array([Mischief(mark)] * 4, dtype=object))
    with pytest.raises(InputError, match="pickled objects"):
        load(tmp_path / "theirs.npz")
    assert not mark.exists()


@pytest.mark.parametrize("name", ["strain", "path", "unused"])
def test_a_small_netcdf_file_that_stands_for_terabytes_is_refused_before_it_is_read(load, tmp_path, name):
    with netCDF4.Dataset(tmp_path / "bomb.nc", "w") as data:
        for dimension, size in (("path", 1 << 40), ("step", 5), ("component", 3)):
            data.createDimension(dimension, size)
        # Nothing is written, so nothing lies on the disk.
        for variable in {"strain", "stress", name} - {"path", "unused"}:
            data.createVariable(variable, "f8", ("path", "step", "component"), chunksizes=(1, 5, 3))
        if name in ("path", "unused"):
            data.createVariable(name, "i1", ("path",), chunksizes=(1024,))
    assert (tmp_path / "bomb.nc").stat().st_size < 1 << 20
    with pytest.raises(InputError, match=r"bytes in memory, most of them '.*'; at most 4,294,967,296 are read"):
        load(tmp_path / "bomb.nc")
