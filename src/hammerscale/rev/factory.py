"""From the config to a unit cell: one registry line per kind."""

from collections.abc import Callable
from typing import Any

from hammerscale.config.material import MaterialFile
from hammerscale.config.unit_cells import Elastic, UnitCellSettings
from hammerscale.crystal.material import CrystalMaterial, SlipFamily, TwinFamily
from hammerscale.rev.elastic import ElasticBody
from hammerscale.rev.unit_cell import UnitCell


def crystal_material(file: MaterialFile) -> CrystalMaterial:
    """Return the constants of a checked material file."""
    constants: dict[str, Any] = file.constants()
    twin = constants.pop("twin")
    slip = tuple(SlipFamily(**family) for family in constants.pop("slip"))
    return CrystalMaterial(**constants, slip=slip, twin=TwinFamily(**twin) if twin else None)


def _elastic(settings: Elastic, material: CrystalMaterial, seed: int) -> UnitCell:
    return ElasticBody(material.shear_modulus, material.volumetric_modulus, material.density)


BUILDERS: dict[str, Callable[[Any, CrystalMaterial, int], UnitCell]] = {
    "elastic": _elastic,
}


def build_unit_cell(settings: UnitCellSettings, material: MaterialFile, seed: int) -> UnitCell:
    """Return the unit cell of a data set; its microstructure comes from `seed` unless the config names a seed of its own."""
    own_seed = getattr(settings, "microstructure_seed", None)
    return BUILDERS[settings.kind](settings, crystal_material(material), seed if own_seed is None else own_seed)
