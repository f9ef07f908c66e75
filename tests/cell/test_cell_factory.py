"""Every kind of unit cell is built from the config, with grains that the seed alone decides."""

from dataclasses import replace

import numpy as np
import pytest

from hammerscale.cell.cell_factory import build_grains, build_unit_cell
from hammerscale.cell.elastic_body import ElasticBody
from hammerscale.cell.elastic_entry import Elastic
from hammerscale.cell.spectral.spectral_cell import SpectralCell
from hammerscale.cell.spectral.spectral_entry import Spectral
from hammerscale.cell.taylor import TaylorPolycrystal
from hammerscale.cell.taylor_entry import Taylor
from hammerscale.config import read_material

HEXAGONAL, SQUARE = "config/materials/magnesium.yaml", "config/materials/square_crystal.yaml"
ELASTIC = Elastic(kind="elastic", material=HEXAGONAL)
TAYLOR = Taylor(kind="taylor", material=HEXAGONAL, grains=7)
SPECTRAL = Spectral(kind="spectral", material=SQUARE, grains=5, grid=16)
SETTINGS = {ElasticBody: ELASTIC, TaylorPolycrystal: TAYLOR, SpectralCell: SPECTRAL}


@pytest.fixture
def material(request):
    return lambda settings: read_material(request.config.rootpath / settings.material)


def bits(settings, seed):
    grains = build_grains(settings, seed)
    arrays = (grains.quaternions, grains.weights, grains.grain_map, grains.angles)
    return b"".join(array.tobytes() for array in arrays)


@pytest.mark.parametrize("kind", SETTINGS)
def test_each_kind_of_the_config_is_built(kind, material):
    settings = SETTINGS[kind]
    cell = build_unit_cell(settings, material(settings), campaign_seed=3)
    assert type(cell) is kind
    assert len(cell.components) == {2: 3, 3: 6}[settings.dimension]
    assert cell.density == material(settings).constants()["density"]


@pytest.mark.parametrize("settings", [TAYLOR, SPECTRAL], ids=lambda settings: settings.kind)
def test_the_same_seed_gives_the_same_grains_and_another_one_others(settings):
    assert bits(settings, 3) == bits(settings, 3)
    assert bits(settings, 3) != bits(settings, 4)


@pytest.mark.parametrize("settings", [TAYLOR, SPECTRAL], ids=lambda settings: settings.kind)
def test_a_microstructure_seed_takes_the_place_of_the_campaigns(settings):
    own = replace(settings, microstructure_seed=11)
    assert bits(own, 3) == bits(own, 4) == bits(settings, 11)
    # 0 is a seed like any other.
    assert bits(replace(settings, microstructure_seed=0), 3) == bits(settings, 0) != bits(settings, 3)


def test_the_seed_of_the_grains_is_known_where_there_are_grains():
    assert TAYLOR.grains_seed(3) == 3
    assert replace(TAYLOR, microstructure_seed=0).grains_seed(3) == 0
    assert ELASTIC.grains_seed(3) is None


def test_grains_have_the_numbers_that_were_asked_for():
    taylor, cell = build_grains(TAYLOR, 3), build_grains(SPECTRAL, 3)
    assert taylor.quaternions.shape == (7, 4)
    assert taylor.weights.sum() == pytest.approx(1.0)
    assert cell.grain_map.shape == (16, 16)
    assert np.unique(cell.grain_map).tolist() == list(range(5))
    assert cell.angles.shape == (5,)


def test_constants_reach_the_unit_cell_in_si(material):
    constants = material(SPECTRAL).constants()
    cell = build_unit_cell(SPECTRAL, material(SPECTRAL), 3, time_limit_s=12.5)
    assert cell.time_limit_s == 12.5
    assert cell.material.shear_modulus == constants["shear_modulus"]
    assert len(cell.material.slip) == len(constants["slip"])
