"""From a law file to a law: one registry line per kind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hammerscale.config.law import J2, Exported, JohnsonCook, LawFile, UnitCellAtEveryPoint
from hammerscale.config.law_records import require_as_written
from hammerscale.config.loader import read_material
from hammerscale.config.material import Quantity
from hammerscale.config.unit_cells import Elastic, Spectral
from hammerscale.laws.elastic import ElasticLaw
from hammerscale.laws.exported import load_exported
from hammerscale.laws.j2 import J2Law
from hammerscale.laws.johnson_cook import JohnsonCookLaw
from hammerscale.laws.law import Law
from hammerscale.laws.unit_cell_law import UnitCellLaw
from hammerscale.rev.cell_case import CellDescription
from hammerscale.rev.elastic import ElasticBody
from hammerscale.rev.factory import build_grains, build_unit_cell, crystal_material


def _j2(settings: J2) -> Law:
    bulk, shear = settings.moduli()
    return J2Law(bulk, shear, settings.yield_stress.si, settings.hardening_modulus.si, settings.density.si)


def _johnson_cook(settings: JohnsonCook) -> Law:
    bulk, shear = settings.moduli()
    constants = {name: value.si for name, value in settings if isinstance(value, Quantity)}
    del constants["youngs_modulus"], constants["poisson_ratio"]
    return JohnsonCookLaw(bulk_modulus=bulk, shear_modulus=shear, **constants)


def _unit_cell(settings: UnitCellAtEveryPoint) -> Law:
    require_as_written(settings)
    material = read_material(Path(settings.rev.material))
    if settings.density is not None:
        material = material.model_copy(update={"density": settings.density})
    crystal = crystal_material(material)
    if isinstance(settings.rev, Elastic):
        return ElasticLaw(ElasticBody(crystal.shear_modulus, crystal.volumetric_modulus, crystal.density))
    cell = build_unit_cell(settings.rev, material, settings.seed)
    description = CellDescription(settings.rev, crystal, build_grains(settings.rev, settings.seed))
    return UnitCellLaw(cell, description, plane=isinstance(settings.rev, Spectral))


def _exported(settings: Exported) -> Law:
    return load_exported(Path(settings.folder), settings.density.si, settings.parameters or {})


BUILDERS: dict[str, Callable[[Any], Law]] = {
    "j2": _j2,
    "johnson_cook": _johnson_cook,
    "unit_cell": _unit_cell,
    "exported": _exported,
}


def build_law(file: LawFile) -> Law:
    """Return the law that a checked file describes."""
    return BUILDERS[file.law.kind](file.law)
