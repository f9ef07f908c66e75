"""The overview of a data set: shares in closed form, and a figure that can be drawn."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.errors import InputError
from hammerscale.provenance import collect
from hammerscale.store.netcdf import write_netcdf
from hammerscale.store.variable import Variable
from hammerscale.study.figures import dataset_overview
from hammerscale.study.figures.dataset_figure import draw_dataset
from hammerscale.study.figures.dataset_overview import deviatoric_share, read_overview
from hammerscale.tensor.voigt import COMPONENTS

ALL, PLANE = np.array(COMPONENTS), np.array(["11", "22", "12"])
PRESSURES = st.floats(1e5, 1e10)


def history(*components):
    """Return one path (1, 2, c) that goes from rest to the given stress."""
    return np.array([[np.zeros(len(components)), components]])


@given(pressure=PRESSURES)
def test_pure_pressure_has_no_deviatoric_share(pressure):
    np.testing.assert_allclose(deviatoric_share(history(*[-pressure] * 3, 0, 0, 0), ALL), 0.0, atol=1e-12)
    np.testing.assert_allclose(deviatoric_share(history(pressure, pressure, 0), PLANE), 0.0, atol=1e-12)


@given(shears=st.lists(PRESSURES, min_size=3, max_size=3), normal=PRESSURES)
def test_pure_shear_is_all_deviatoric(shears, normal):
    np.testing.assert_allclose(deviatoric_share(history(normal, -normal, 0, *shears), ALL), 1.0, rtol=1e-12)
    np.testing.assert_allclose(deviatoric_share(history(0, 0, shears[0]), PLANE), 1.0, rtol=1e-12)


@given(stress=PRESSURES)
def test_uniaxial_stress_has_the_share_of_its_closed_form(stress):
    np.testing.assert_allclose(deviatoric_share(history(stress, 0, 0, 0, 0, 0), ALL), np.sqrt(2 / 3), rtol=1e-12)


def test_shears_count_twice():
    # |σ|² = 3 + 2 and |dev σ|² = 2 for σ = I + (e1 e2 + e2 e1).
    np.testing.assert_allclose(deviatoric_share(history(1, 1, 1, 1, 0, 0), ALL), np.sqrt(2 / 5), rtol=1e-12)


def write_two_families(file, stress):
    """Write a data set of two families with given stresses (n, t, 6)."""
    count, times, _ = stress.shape
    variables = {
        "path": Variable(("path",), np.arange(count), "", "id"),
        "time": Variable(("time",), np.linspace(0, 1, times), "1", "normalised time"),
        "component": Variable(("component",), ALL, "", "component"),
        "family": Variable(("path",), np.repeat(["walk", "cavity"], count // 2), "", "family"),
        "stretch": Variable(("path", "time", "component"), np.ones(stress.shape), "1", "stretch"),
        "stress": Variable(("path", "time", "component"), stress, "Pa", "stress"),
    }
    write_netcdf(file, variables, {}, collect("c0ffee", {"campaign": 7}))


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a data set of two families with given stresses (n, t, 6)."""

    def write_dataset(stress):
        write_two_families(tmp_path / "data.nc", stress)
        return tmp_path / "data.nc"

    return write_dataset


def test_a_figure_names_the_families_and_carries_the_provenance_of_the_data(write, tmp_path):
    draw_dataset(write(np.random.default_rng(0).normal(size=(4, 3, 6))), [tmp_path / "a.svg", tmp_path / "a.png"])
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert all(word in text for word in ("walk", "cavity", "stress [MPa]", "config_hash: c0ffee", "campaign=7"))
    assert b"c0ffee" in (tmp_path / "a.png").read_bytes()


def test_a_family_without_a_complete_path_is_left_out(write, tmp_path):
    stress = np.ones((4, 3, 6))
    stress[2:, -1] = np.nan
    draw_dataset(write(stress), [tmp_path / "a.svg"])
    assert "cavity" not in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_data_set_of_failures_alone_is_refused(write, tmp_path):
    with pytest.raises(InputError, match="no simulation that converged"):
        draw_dataset(write(np.full((4, 3, 6), np.nan)), [tmp_path / "a.svg"])


def test_a_wrong_ending_is_refused_before_the_data_are_read(tmp_path):
    with pytest.raises(InputError, match=r"a\.foo"):
        draw_dataset(tmp_path / "missing.nc", [tmp_path / "a.foo"])


def test_only_a_piece_of_the_histories_is_held_at_a_time(write, monkeypatch):
    stress = np.ones((2000, 50, 6))
    monkeypatch.setattr(dataset_overview, "SLAB_BYTES", 1 << 16)
    # What the first use of the library keeps is no part of the measurement.
    read_overview(write(stress[:4]))
    file = write(stress)
    tracemalloc.start()
    try:
        overview = read_overview(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert {name: share.size for name, share in overview.shares.items()} == {"walk": 1000, "cavity": 1000}
    assert peak < stress.nbytes / 2


@pytest.mark.parametrize("rows", [1, 3, 4, 9])
def test_the_overview_does_not_depend_on_the_size_of_the_pieces(write, monkeypatch, rows):
    stress = np.random.default_rng(rows).normal(size=(8, 3, 6))
    stress[[0, 5]] = np.nan
    monkeypatch.setattr(dataset_overview, "SLAB_BYTES", rows * 8 * 3 * 12)
    overview = read_overview(write(stress))
    np.testing.assert_array_equal(overview.examples["walk"].stress, stress[1])
    np.testing.assert_array_equal(overview.examples["cavity"].stress, stress[4])
    np.testing.assert_array_equal(overview.shares["walk"], deviatoric_share(stress[1:4], ALL))
    np.testing.assert_array_equal(overview.shares["cavity"], deviatoric_share(stress[[4, 6, 7]], ALL))
