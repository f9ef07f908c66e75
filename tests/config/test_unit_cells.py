import pytest
from pydantic import TypeAdapter, ValidationError

from hammerscale.config.unit_cells import FibreTexture, UnitCellSettings

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
    with pytest.raises(ValidationError) as caught:
        FibreTexture(kind="fibre", crystal_axis=(0.0, 0.0, 0.0), sample_axis=(1.0, 0.0, 0.0))
    assert caught.value.errors()[0]["ctx"]["conflicts"][0].path == ("crystal_axis",)


@pytest.mark.parametrize(
    "axis", [(1e-7, 0.0, 0.0), (-9e-7, 1e-9, 0.0), (5e-324, 0.0, 0.0), (1e7, 0.0, 0.0), (0, -1e200, 0)]
)
def test_a_fibre_axis_that_cannot_be_normalised_is_refused(axis):
    with pytest.raises(ValidationError):
        FibreTexture(kind="fibre", crystal_axis=(0.0, 0.0, 1.0), sample_axis=axis)


@pytest.mark.parametrize("axis", [(1e-6, 0.0, 0.0), (0.0, -1e6, 1e6)])
def test_a_fibre_axis_may_have_any_sensible_length(axis):
    assert FibreTexture(kind="fibre", crystal_axis=(0.0, 0.0, 1.0), sample_axis=axis).sample_axis == axis


def test_models_are_frozen():
    cell = CELL.validate_python({"kind": "elastic", "material": "m"})
    with pytest.raises(ValidationError):
        cell.material = "n"


@pytest.mark.parametrize("wrong", [True, "128", 128.0, 12.5, None, [1], 10**30])
def test_an_integer_is_an_integer(wrong):
    with pytest.raises(ValidationError):
        CELL.validate_python({"kind": "taylor", "material": "m", "grains": wrong})


@pytest.mark.parametrize("wrong", [True, "1e-6", float("nan"), float("inf"), None, 10**400])
def test_a_number_is_a_finite_number(wrong):
    with pytest.raises(ValidationError):
        CELL.validate_python({"kind": "taylor", "material": "m", "tolerance": wrong})
