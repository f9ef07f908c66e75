"""From settings to a unit cell: those of a data set, or the keys of one cell on its own."""

import math
from pathlib import Path
from typing import Any

from hammerscale.cell.grains import Grains
from hammerscale.cell.unit_cell import UnitCell
from hammerscale.config.cell_keys import read_cell_keys
from hammerscale.config.loader import read_material
from hammerscale.config.material_file import MaterialFile
from hammerscale.crystal.material import CrystalMaterial, material_of
from hammerscale.kinds import CellSettings


def crystal_material(file: MaterialFile) -> CrystalMaterial:
    """Return the constants of a checked material file."""
    return material_of(file.constants())


def load_material(file: str | Path) -> CrystalMaterial:
    """Return the constants of a material file, in SI units.

    >>> load_material("config/materials/magnesium.yaml").density
    10000.0
    """
    return crystal_material(read_material(Path(file)))


def build_grains(settings: CellSettings, campaign_seed: int) -> Grains:
    """Return the microstructure of a data set."""
    return settings.draw_grains(settings.grains_seed(campaign_seed) or 0)


def build_unit_cell(
    settings: CellSettings, material: MaterialFile, campaign_seed: int, time_limit_s: float = math.inf
) -> UnitCell:
    """Return the unit cell of a data set, which gives a path up after `time_limit_s` of wall time [s]."""
    return settings.build(crystal_material(material), build_grains(settings, campaign_seed), time_limit_s)


def make_cell(kind: str, material: str | Path, seed: int = 0, **keys: Any) -> UnitCell:
    """Return a unit cell from the keys that `rev` has in a config, checked alike.

    Parameters
    ----------
    kind : "taylor", "spectral" or "elastic"
    material : material file
    seed : the grains are drawn from it, as from `campaign.seed` of a config
    keys : other keys of the kind, as in config/README.md

    >>> cell = make_cell("taylor", "config/materials/magnesium.yaml", grains=16)
    >>> cell.density
    10000.0
    """
    settings = read_cell_keys({"kind": kind, "material": str(material), **keys})
    return build_unit_cell(settings, read_material(Path(material)), seed)
