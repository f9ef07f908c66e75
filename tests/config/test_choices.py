from dataclasses import FrozenInstanceError

import pytest
from pydantic import TypeAdapter, ValidationError

from hammerscale.config.choices import UnitCellSettings
from hammerscale.keys import ConflictingKeysError
from hammerscale.microstructure.fibre_texture import FibreTexture

CELL = TypeAdapter(UnitCellSettings)


def test_only_the_spectral_cell_is_plane():
    dimensions = {
        kind: CELL.validate_python({"kind": kind, "material": "m"}).dimension
        for kind in ("elastic", "taylor", "spectral")
    }
    assert dimensions == {"elastic": 3, "taylor": 3, "spectral": 2}


def test_more_grains_than_pixels_are_refused():
    assert CELL.validate_python({"kind": "spectral", "material": "m", "grid": 4, "grains": 16}).grains == 16
    with pytest.raises(ValidationError):
        CELL.validate_python({"kind": "spectral", "material": "m", "grid": 4, "grains": 17})


@pytest.mark.parametrize("grid", [1, 2, 63, 1026])
def test_a_grid_is_even_and_bounded(grid):
    with pytest.raises(ValidationError):
        CELL.validate_python({"kind": "spectral", "material": "m", "grid": grid})


def test_a_texture_belongs_to_the_taylor_cell_only():
    texture = {"kind": "random"}
    assert CELL.validate_python({"kind": "taylor", "material": "m", "texture": texture}).texture.kind == "random"
    with pytest.raises(ValidationError):
        CELL.validate_python({"kind": "spectral", "material": "m", "texture": texture})


def test_a_fibre_axis_of_length_zero_is_refused():
    with pytest.raises(ConflictingKeysError) as caught:
        FibreTexture(kind="fibre", crystal_axis=(0.0, 0.0, 0.0), sample_axis=(1.0, 0.0, 0.0))
    assert caught.value.conflicts[0].path == ("crystal_axis",)


@pytest.mark.parametrize(
    "axis", [(1e-7, 0.0, 0.0), (-9e-7, 1e-9, 0.0), (5e-324, 0.0, 0.0), (1e7, 0.0, 0.0), (0, -1e200, 0)]
)
def test_a_fibre_axis_that_cannot_be_normalised_is_refused(axis):
    texture = {"kind": "fibre", "crystal_axis": [0.0, 0.0, 1.0], "sample_axis": axis}
    with pytest.raises(ValidationError):
        CELL.validate_python({"kind": "taylor", "material": "m", "texture": texture})


@pytest.mark.parametrize("axis", [(1e-6, 0.0, 0.0), (0.0, -1e6, 1e6)])
def test_a_fibre_axis_may_have_any_sensible_length(axis):
    assert FibreTexture(kind="fibre", crystal_axis=(0.0, 0.0, 1.0), sample_axis=axis).sample_axis == axis


def test_settings_are_frozen():
    cell = CELL.validate_python({"kind": "elastic", "material": "m"})
    with pytest.raises(FrozenInstanceError):
        cell.material = "n"


def test_the_usual_number_of_grains_is_drawn_where_no_file_lists_them():
    listed = {"kind": "taylor", "material": "m", "texture": {"kind": "file", "file": "t.csv"}}
    assert CELL.validate_python({"kind": "taylor", "material": "m"}).grains == 128
    assert CELL.validate_python(listed).grains is None
    with pytest.raises(ValidationError) as caught:
        CELL.validate_python(listed | {"grains": 128})
    assert caught.value.errors()[0]["ctx"]["error"].conflicts[0].path == ("grains",)


@pytest.mark.parametrize("wrong", [True, "128", 128.0, 12.5, None, [1], 10**30])
def test_an_integer_is_an_integer(wrong):
    with pytest.raises(ValidationError):
        CELL.validate_python({"kind": "taylor", "material": "m", "max_steps": wrong})


@pytest.mark.parametrize("wrong", [True, "1e-6", float("nan"), float("inf"), None, 10**400])
def test_a_number_is_a_finite_number(wrong):
    with pytest.raises(ValidationError):
        CELL.validate_python({"kind": "taylor", "material": "m", "tolerance": wrong})
