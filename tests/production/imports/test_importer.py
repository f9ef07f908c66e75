"""An imported data set opens, validates and plots like our own, whatever its components are."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from hammerscale.cli import app
from hammerscale.errors import InputError, StoreError
from hammerscale.microstructure.symmetry import UNKNOWN
from hammerscale.plan.campaign_plan import write_dataset_design
from hammerscale.production.imports.conventions import declared_symmetry
from hammerscale.production.imports.importer import import_dataset
from hammerscale.production.imports.recorded import Source
from hammerscale.study.figures.dataset_figure import draw_dataset
from hammerscale.surrogate.training_data import open_dataset
from tests.production.imports.foreign import HEADER, MEANING, long_rows, make_foreign

GRADIENT = ("11", "12", "13", "21", "22", "23", "31", "32", "33")


def test_csv_npz_and_netcdf_of_the_same_paths_give_the_same_numbers(foreign, write_csv, load, tmp_path):
    npz, netcdf = tmp_path / "theirs.npz", tmp_path / "theirs.nc"
    names = np.array(["11", "22", "12"])
    np.savez(npz, strain=foreign.strain, stress=foreign.stress, time=foreign.time, components=names)
    dims = ("path", "time", "component")
    data = xr.Dataset({"strain": (dims, foreign.strain), "stress": (dims, foreign.stress)}, {"component": names})
    data.assign_coords(time=foreign.time).to_netcdf(netcdf)
    results = [load(file) for file in (write_csv(HEADER, long_rows(foreign)), npz, netcdf)]
    for result in results:
        np.testing.assert_array_equal(result["strain"], foreign.strain)
        np.testing.assert_array_equal(result["stress"], 1e6 * foreign.stress)
        np.testing.assert_array_equal(result["time"], foreign.time)
        assert result["component"].tolist() == ["11", "22", "12"]


@pytest.mark.parametrize(("paths", "steps", "components"), [(99, 101, 3), (200, 80, 9), (3, 7, 6), (2, 2, 1)])
def test_any_number_of_paths_steps_and_components_opens_lazily_and_plots(tmp_path, paths, steps, components):
    foreign = make_foreign(paths, steps, components)
    theirs, ours, figure = tmp_path / "theirs.npz", tmp_path / "dataset.nc", tmp_path / "figure.png"
    np.savez(theirs, strain=foreign.strain, stress=foreign.stress)
    import_dataset(Source(theirs), replace(MEANING, strain_kind="other"), ours)
    with xr.open_dataset(ours, chunks={}) as data:
        assert data.stress.dims == ("path", "time", "component")
        assert data.stress.shape == (paths, steps, components)
        assert data.stress.chunks is not None
        assert data.stress.attrs["units"] == "Pa"
    draw_dataset(ours, [figure])
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_deformation_gradients_keep_nine_components_beside_a_symmetric_stress(load, tmp_path):
    file = tmp_path / "theirs.npz"
    strain = np.broadcast_to(np.eye(3).ravel(), (4, 5, 9)) + 0.01 * np.arange(9)
    stress = np.random.default_rng(1).normal(size=(4, 5, 6))
    np.savez(
        file,
        strain=strain,
        stress=stress,
        strain_components=np.array(GRADIENT),
        stress_components=np.array(["xx", "yy", "zz", "yz", "xz", "xy"]),
    )
    result = load(file, replace(MEANING, strain_kind="deformation_gradient", stress_unit="Pa"))
    assert result["strain_component"].tolist() == list(GRADIENT)
    np.testing.assert_array_equal(result["strain"], strain)
    assert result["component"].tolist() == ["11", "22", "33", "12", "23", "13"]
    np.testing.assert_array_equal(result["stress"], stress[:, :, [0, 1, 2, 5, 3, 4]])


def test_strain_and_stress_components_of_different_number_plot(tmp_path):
    theirs, ours = tmp_path / "theirs.npz", tmp_path / "dataset.nc"
    np.savez(theirs, strain=np.ones((2, 4, 9)) + np.eye(3).ravel(), stress=np.ones((2, 4, 6)))
    import_dataset(Source(theirs), replace(MEANING, strain_kind="deformation_gradient"), ours)
    draw_dataset(ours, [tmp_path / "figure.svg"])
    assert "deformation gradient F" in (tmp_path / "figure.svg").read_text()


@pytest.mark.parametrize(("components", "drawn"), [(("11", "22", "12"), True), ((), False), (("a", "b", "c"), False)])
def test_the_deviatoric_share_is_drawn_for_tensors_only(foreign, tmp_path, components, drawn):
    theirs, ours = tmp_path / "theirs.npz", tmp_path / "dataset.nc"
    np.savez(theirs, strain=foreign.strain, stress=foreign.stress)
    import_dataset(Source(theirs), replace(MEANING, stress_components=components), ours)
    draw_dataset(ours, [tmp_path / "figure.svg"])
    assert ("deviatoric / total" in (tmp_path / "figure.svg").read_text()) is drawn


def test_a_file_that_is_no_data_set_is_not_drawn(make_config, tmp_path):
    with pytest.raises(StoreError, match="has no variable"):
        draw_dataset(write_dataset_design(make_config(), "body"), [tmp_path / "figure.svg"])


@pytest.mark.parametrize(("unit", "scale"), [("Pa", 1.0), ("kPa", 1e3), ("MPa", 1e6), ("GPa", 1e9)])
def test_stresses_become_pascals(foreign, write_csv, load, unit, scale):
    result = load(write_csv(HEADER, long_rows(foreign)), replace(MEANING, stress_unit=unit))
    np.testing.assert_allclose(result["stress"], scale * foreign.stress, rtol=1e-15)


def test_percent_becomes_a_pure_number(foreign, write_csv, load):
    result = load(write_csv(HEADER, long_rows(foreign)), replace(MEANING, strain_unit="percent"))
    np.testing.assert_allclose(result["strain"], 0.01 * foreign.strain, rtol=1e-15)


def test_stretches_stand_under_the_name_of_our_own(write_csv, load):
    rows = [[0, 0, 1, 1, 0, 0, 0, 0], [0, 1, 1.1, 0.9, 0.01, 5, 6, 7]]
    result = load(
        write_csv(["path", "t", "U11", "U22", "U12", *HEADER[5:]], rows), replace(MEANING, strain_kind="stretch")
    )
    np.testing.assert_array_equal(result["stretch"], [[[1, 1, 0], [1.1, 0.9, 0.01]]])


def test_the_file_tells_its_source_licence_and_citation(foreign, write_csv, tmp_path):
    theirs, ours = write_csv(HEADER, long_rows(foreign)), tmp_path / "dataset.nc"
    meaning = replace(MEANING, licence="CC-BY-4.0", citation="Doe et al., 2024")
    import_dataset(Source(theirs), meaning, ours)
    with xr.open_dataset(ours) as data:
        assert data.attrs["source_file"] == "theirs.csv"
        assert data.attrs["source_sha256"] == hashlib.sha256(theirs.read_bytes()).hexdigest()
        assert data.attrs["license"] == "CC-BY-4.0"
        assert data.attrs["references"] == "Doe et al., 2024"
        assert data.strain.attrs["kind"] == "small_strain"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"stress_unit": "psi"}, r"--stress-unit is 'psi'\nchoose one of Pa"),
        ({"strain_unit": "m"}, "--strain-unit is 'm'"),
        ({"time_unit": "year"}, "--time-unit is 'year'"),
        ({"strain_kind": "true"}, "--strain-kind is 'true'"),
        ({"stress_kind": "nominal"}, "--stress-kind is 'nominal'"),
        ({"stress_components": ("11", "22")}, "3 stress components, but 2 names"),
        ({"strain_components": ("11", "12", "21")}, None),
        ({"strain_components": ("11", "11", "12")}, "not all different"),
    ],
)
def test_what_the_numbers_mean_must_be_known(foreign, write_csv, load, wrong, message):
    file = write_csv(HEADER, long_rows(foreign))
    if message is None:
        assert load(file, replace(MEANING, **wrong))["strain_component"].tolist() == ["11", "12", "21"]
        return
    with pytest.raises(InputError, match=message):
        load(file, replace(MEANING, **wrong))


def test_another_format_is_refused_with_those_that_are_read(tmp_path):
    with pytest.raises(InputError, match=r"'\.xlsx' are not read\n.*\.csv"):
        import_dataset(Source(tmp_path / "theirs.xlsx"), MEANING, tmp_path / "dataset.nc")


@pytest.mark.parametrize("kind", ["stretch", "deformation_gradient"])
def test_a_small_strain_is_not_taken_for_a_stretch_or_a_gradient(load, tmp_path, kind):
    file = tmp_path / "theirs.npz"
    count = 6 if kind == "stretch" else 9
    names = np.array(("11", "22", "33", "12", "23", "13") if kind == "stretch" else GRADIENT)
    np.savez(file, strain=np.zeros((2, 3, count)), stress=np.zeros((2, 3, count)), components=names)
    with pytest.raises(InputError, match=rf"path '0', step 0: this is no {kind}"):
        load(file, replace(MEANING, strain_kind=kind))


def test_the_source_is_not_overwritten_under_whatever_name(foreign, tmp_path):
    theirs, link = tmp_path / "theirs.nc", tmp_path / "link.nc"
    field = (("path", "time", "component"), foreign.strain)
    xr.Dataset({"strain": field, "stress": field}).to_netcdf(theirs)
    link.symlink_to(theirs)
    before = theirs.read_bytes()
    for output in (theirs, link, tmp_path / "." / "theirs.nc"):
        with pytest.raises(InputError, match="is the file that is to be imported"):
            import_dataset(Source(theirs), MEANING, output)
    assert theirs.read_bytes() == before


def test_only_an_earlier_import_is_replaced(foreign, write_csv, make_config, tmp_path):
    theirs, ours = write_csv(HEADER, long_rows(foreign)), tmp_path / "ours.nc"
    campaign = write_dataset_design(make_config(), "body")
    something = tmp_path / "something.nc"
    something.write_text("something else")
    for output in (campaign, something):
        before = output.read_bytes()
        with pytest.raises(InputError, match="exists and is no whole imported data set"):
            import_dataset(Source(theirs), MEANING, output)
        assert output.read_bytes() == before
    for unit, scale in (("MPa", 1e6), ("kPa", 1e3)):
        import_dataset(Source(theirs), replace(MEANING, stress_unit=unit), ours)
        with xr.open_dataset(ours) as data:
            np.testing.assert_allclose(data.stress, scale * foreign.stress, rtol=1e-15)


def test_nothing_is_written_when_the_file_is_refused(foreign, write_csv, tmp_path):
    foreign.stress[2, 3, 1] = np.nan
    ours = tmp_path / "dataset.nc"
    with pytest.raises(InputError, match="is nan"):
        import_dataset(Source(write_csv(HEADER, long_rows(foreign))), MEANING, ours)
    assert not ours.exists()


@pytest.mark.parametrize("kind", ["stretch", "deformation_gradient"])
def test_a_measure_that_is_1_at_rest_is_not_in_percent(load, tmp_path, kind):
    np.savez(tmp_path / "theirs.npz", strain=np.ones((2, 3, 1)), stress=np.zeros((2, 3, 1)))
    with pytest.raises(InputError, match=f"--strain-unit is percent, but a {kind} is a pure number"):
        load(tmp_path / "theirs.npz", replace(MEANING, strain_kind=kind, strain_unit="percent"))


def test_the_length_of_the_paths_says_its_unit(foreign, write_csv, tmp_path):
    ours = tmp_path / "dataset.nc"
    import_dataset(Source(write_csv(HEADER, long_rows(foreign))), replace(MEANING, time_unit="ms"), ours)
    with xr.open_dataset(ours) as data:
        assert data.parameter_name.values.tolist() == ["duration_s"]
        assert data.parameter_units.values.tolist() == ["s"]
        assert "units" not in data.parameter_value.attrs
        np.testing.assert_allclose(data.parameter_value, 1e-3)


@pytest.mark.parametrize("resample", [None, 4])
def test_a_stress_that_overflows_in_its_unit_is_refused_with_its_path(foreign, write_csv, tmp_path, resample):
    foreign.stress[2, 3, 1] = 1e306
    ours, meaning = tmp_path / "dataset.nc", replace(MEANING, stress_unit="GPa", resample=resample)
    foreign.stress[2, 4, 1] = -1e306
    with pytest.raises(InputError, match="path '2': the stress is too large for a number"):
        import_dataset(Source(write_csv(HEADER, long_rows(foreign))), meaning, ours)
    assert not ours.exists()


def test_an_imported_set_is_verified_and_drawn_by_the_command_line(foreign, write_csv, tmp_path):
    theirs, ours, figure = write_csv(HEADER, long_rows(foreign)), tmp_path / "dataset.nc", tmp_path / "figure.svg"
    meaning = ["--strain-kind", "small_strain", "--stress-unit", "MPa", "--fractions", "0.6,0.2,0.2"]
    for arguments in (["import", str(theirs), *meaning, "-o", str(ours)], ["plot", str(ours), "-o", str(figure)]):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert "small strain tensor" in figure.read_text()
    result = CliRunner().invoke(app, ["verify", str(ours)], catch_exceptions=False)
    assert result.output == f"{ours}: whole and unchanged\n"


@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.9])
def test_a_changed_byte_of_an_imported_set_is_noticed(foreign, write_csv, tmp_path, place):
    ours = tmp_path / "dataset.nc"
    import_dataset(Source(write_csv(HEADER, long_rows(foreign))), MEANING, ours)
    contents = bytearray(ours.read_bytes())
    contents[int(place * len(contents))] ^= 1
    ours.write_bytes(contents)
    with pytest.raises(StoreError, match=r"dataset\.nc"):
        CliRunner().invoke(app, ["verify", str(ours)], catch_exceptions=False)
    with pytest.raises(StoreError, match=r"dataset\.nc"):
        draw_dataset(ours, [tmp_path / "figure.svg"])
    assert not (tmp_path / "figure.svg").exists()
    with pytest.raises(InputError, match="exists and is no whole imported data set"):
        import_dataset(Source(tmp_path / "theirs.csv"), MEANING, ours)
    assert ours.read_bytes() == contents


def imported(tmp_path, meaning, shift=0.0):
    """Import paths that start from rest, shifted by a strain, and return the data set as surrogates read it."""
    foreign = make_foreign(12)
    strain = foreign.strain - foreign.strain[:, :1] + shift
    theirs = tmp_path / "theirs.npz"
    np.savez(theirs, strain=strain, stress=210e3 * (strain - shift))
    import_dataset(Source(theirs), meaning, tmp_path / "dataset.nc")
    return open_dataset(tmp_path / "dataset.nc")


@pytest.mark.parametrize(("text", "kind", "axis"), [("all", "all", None), ("0,0,2", "axis", (0.0, 0.0, 1.0))])
def test_the_symmetry_that_an_import_declares_reaches_the_training(text, kind, axis, tmp_path):
    found = imported(tmp_path, replace(MEANING, symmetry=declared_symmetry(text))).symmetry
    assert (found.kind, found.axis) == (kind, axis)


def test_an_import_that_declares_no_symmetry_has_none(tmp_path):
    assert imported(tmp_path, MEANING).symmetry is UNKNOWN


@pytest.mark.parametrize("text", ["some", "0,0", "0,0,0", "nan,0,1"])
def test_what_is_no_symmetry_is_refused(text):
    with pytest.raises(InputError, match="--symmetry is"):
        declared_symmetry(text)


def test_the_measure_of_stress_reaches_the_training(tmp_path):
    assert imported(tmp_path, replace(MEANING, stress_kind="kirchhoff")).stress_kind == "kirchhoff"


@pytest.mark.parametrize(("shift", "said"), [(0.0, False), (0.05, True)])
def test_an_import_warns_of_paths_that_do_not_start_at_rest(shift, said, tmp_path, caplog):
    imported(tmp_path, MEANING, shift)
    assert ("paths do not start at rest: of path '0', its first strain" in caplog.text) == said
