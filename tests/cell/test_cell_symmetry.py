"""What a unit cell lets a model take for granted."""

from pathlib import Path

import numpy as np
import pytest

from hammerscale.cell.cell_symmetry import unit_cell_symmetry
from hammerscale.cell.elastic_entry import Elastic
from hammerscale.cell.spectral.spectral_entry import Spectral
from hammerscale.cell.taylor_entry import Taylor
from hammerscale.config.loader import read_material
from hammerscale.microstructure.fibre_texture import FibreTexture
from hammerscale.microstructure.symmetry import ALL, AXIS, NONE

MATERIALS = Path(__file__).parents[2] / "config/materials"
MAGNESIUM, SQUARE = read_material(MATERIALS / "magnesium.yaml"), read_material(MATERIALS / "square_crystal.yaml")
FIBRE = FibreTexture(kind="fibre", crystal_axis=(0.0, 0.0, 1.0), sample_axis=(0.0, 3.0, 4.0), spread_deg=10.0)


@pytest.mark.parametrize("seed", [1, 2022])
def test_the_usual_polycrystal_of_128_random_grains_is_isotropic(seed):
    assert unit_cell_symmetry(Taylor(kind="taylor", material="m"), MAGNESIUM, seed).kind == ALL


def test_a_fibre_is_symmetric_about_the_axis_that_the_config_names():
    found = unit_cell_symmetry(Taylor(kind="taylor", material="m", texture=FIBRE), MAGNESIUM, 1)
    assert found.kind == AXIS
    np.testing.assert_allclose(found.axis, [0.0, 0.6, 0.8], atol=1e-15)


def test_a_cell_in_the_plane_and_an_elastic_body():
    plane = Spectral(kind="spectral", material="m")
    body = Elastic(kind="elastic", material="m")
    assert unit_cell_symmetry(plane, SQUARE, 1).kind == NONE
    assert unit_cell_symmetry(body, MAGNESIUM, 1).kind == ALL
    assert body.volumetric_isochoric
    assert not plane.volumetric_isochoric
