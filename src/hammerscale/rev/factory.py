"""From the config to a unit cell: one registry line per kind."""

import math
from collections.abc import Callable
from typing import Any

from hammerscale.config.material import MaterialFile
from hammerscale.config.unit_cells import Elastic, Spectral, Taylor, UnitCellSettings
from hammerscale.crystal.material import CrystalMaterial, material_of
from hammerscale.rev.elastic import ElasticBody
from hammerscale.rev.grains import Grains, cell_grains, taylor_grains
from hammerscale.rev.taylor import TaylorPolycrystal
from hammerscale.rev.unit_cell import UnitCell


def crystal_material(file: MaterialFile) -> CrystalMaterial:
    """Return the constants of a checked material file."""
    return material_of(file.constants())


def _elastic(settings: Elastic, material: CrystalMaterial, grains: Grains, time_limit_s: float) -> UnitCell:
    return ElasticBody(material.shear_modulus, material.volumetric_modulus, material.density)


def _taylor(settings: Taylor, material: CrystalMaterial, grains: Grains, time_limit_s: float) -> UnitCell:
    return TaylorPolycrystal(
        material, grains.quaternions, grains.weights, settings.tolerance, settings.max_steps, time_limit_s
    )


def _spectral(settings: Spectral, material: CrystalMaterial, grains: Grains, time_limit_s: float) -> UnitCell:
    # Its transforms take a tenth of a second to import, which other unit cells do without.
    from hammerscale.rev.spectral import SpectralCell

    return SpectralCell(
        material,
        grains.grain_map,
        grains.angles,
        settings.scheme,
        settings.tolerance,
        settings.steps,
        settings.stress_average,
        time_limit_s,
    )


# How the grains of a unit cell are made, and how the unit cell is made of them.
GrainBuilder = Callable[[Any, Any], Grains]
CellBuilder = Callable[[Any, CrystalMaterial, Grains, float], UnitCell]
BUILDERS: dict[str, tuple[GrainBuilder, CellBuilder]] = {
    "elastic": (lambda settings, seed: Grains(), _elastic),
    "taylor": (taylor_grains, _taylor),
    "spectral": (cell_grains, _spectral),
}


def microstructure_seed(settings: UnitCellSettings, campaign_seed: int) -> int | None:
    """Return the seed of the grains: the campaign's unless the config names one of its own, None without grains."""
    if isinstance(settings, Elastic):
        return None
    return campaign_seed if settings.microstructure_seed is None else settings.microstructure_seed


def build_grains(settings: UnitCellSettings, campaign_seed: int) -> Grains:
    """Return the microstructure of a data set."""
    return BUILDERS[settings.kind][0](settings, microstructure_seed(settings, campaign_seed))


def build_unit_cell(
    settings: UnitCellSettings, material: MaterialFile, campaign_seed: int, time_limit_s: float = math.inf
) -> UnitCell:
    """Return the unit cell of a data set, which gives a path up after `time_limit_s` of wall time [s]."""
    grains = build_grains(settings, campaign_seed)
    return BUILDERS[settings.kind][1](settings, crystal_material(material), grains, time_limit_s)
