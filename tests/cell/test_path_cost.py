"""Estimates of what a simulation costs are near what was measured, and follow grains, grid, steps and strains."""

import pytest
from pydantic import TypeAdapter

from hammerscale.config.choices import PathBlock, UnitCellSettings

CELL, BLOCK = TypeAdapter(UnitCellSettings), TypeAdapter(PathBlock)
TAYLOR, SPECTRAL = ({"kind": kind, "material": "m.yaml"} for kind in ("taylor", "spectral"))
WALK = {"family": "random_walk", "split": "test", "count": 1, "max_strain": 0.1}


def cost(cell, **block):
    return CELL.validate_python(cell).path_s(BLOCK.validate_python(WALK | block))


@pytest.mark.parametrize(
    ("cell", "block", "measured_s"),
    [
        # The README's table of simulations.
        (TAYLOR, {}, 0.0092),
        (TAYLOR, {"max_strain": 0.5}, 0.021),
        (TAYLOR, {"family": "uniaxial"}, 0.0018),
        (SPECTRAL, {}, 0.28),
    ],
)
def test_the_estimate_is_near_the_measurement(cell, block, measured_s):
    assert measured_s / 1.5 < cost(cell, **block) < 1.5 * measured_s


@pytest.mark.parametrize(
    ("cell", "more", "factor"),
    [
        (TAYLOR, {"grains": 1280}, 10.0),
        (TAYLOR, {"tolerance": 1e-8}, 2.5),
        (SPECTRAL, {"grid": 128}, 4.0),
        (SPECTRAL, {"steps": 10_000}, 10.0),
    ],
)
def test_the_estimate_follows_the_settings_of_the_cell(cell, more, factor):
    assert cost(cell | more) / cost(cell) == pytest.approx(factor, rel=0.1)


@pytest.mark.parametrize(("block", "factor"), [({"steps": 40}, 2.6), ({"family": "cyclic", "cycles": 4}, 1.8)])
def test_the_estimate_follows_the_length_of_a_path(block, factor):
    assert cost(TAYLOR, **block) / cost(TAYLOR) == pytest.approx(factor, rel=0.1)
