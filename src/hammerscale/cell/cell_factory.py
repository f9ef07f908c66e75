"""From the settings of a data set to its unit cell."""

import math

from hammerscale.cell.grains import Grains
from hammerscale.cell.unit_cell import UnitCell
from hammerscale.config.material_file import MaterialFile
from hammerscale.crystal.material import CrystalMaterial, material_of
from hammerscale.kinds import CellSettings


def crystal_material(file: MaterialFile) -> CrystalMaterial:
    """Return the constants of a checked material file."""
    return material_of(file.constants())


def build_grains(settings: CellSettings, campaign_seed: int) -> Grains:
    """Return the microstructure of a data set."""
    return settings.draw_grains(settings.grains_seed(campaign_seed) or 0)


def build_unit_cell(
    settings: CellSettings, material: MaterialFile, campaign_seed: int, time_limit_s: float = math.inf
) -> UnitCell:
    """Return the unit cell of a data set, which gives a path up after `time_limit_s` of wall time [s]."""
    return settings.build(crystal_material(material), build_grains(settings, campaign_seed), time_limit_s)
