"""The attributes of a data set: what catalogues want to know (ACDD), and what a model may know of the material.

Of several variants only that is stated which holds for all of them.
"""

import json

from hammerscale.cell.cell_symmetry import unit_cell_symmetry
from hammerscale.config import Config
from hammerscale.config.law_records import STANDS_FOR
from hammerscale.microstructure.symmetry import NONE, Symmetry
from hammerscale.store.variable import Attribute
from hammerscale.surrogate.training_data import CONSTANTS, DENSITY, ELASTICITY, SYMMETRY, VOLUMETRIC_ISOCHORIC


def discovery_attributes(config: Config, dataset: str) -> dict[str, Attribute]:
    """Return the attributes of the file of a data set, those of its provenance excepted."""
    settings = config.datasets[dataset]
    material, kind = config.materials[dataset], settings.rev.kind
    common: dict[str, Attribute] = {}
    materials = [config.at(dataset, variant).materials[dataset] for variant in settings.variants]
    if len(densities := {one.density.si for one in materials}) == 1:
        common[DENSITY] = densities.pop()
    if len(constants := {json.dumps(one.constants()) for one in materials}) == 1:
        common[CONSTANTS] = constants.pop()
    if settings.rev.volumetric_isochoric:
        common[ELASTICITY] = VOLUMETRIC_ISOCHORIC
    return {
        "title": f"strain-stress histories of data set {dataset}, campaign {config.campaign.name}",
        "summary": f"mean stress of the {kind} unit cell of {material.name} along strain paths",
        "Conventions": "CF-1.11, ACDD-1.3",
        "keywords": "constitutive response, representative volume element, strain path, crystal plasticity",
        "source": f"hammerscale, unit cell {kind}",
        STANDS_FOR: config.cell_record(dataset).model_dump_json(exclude_none=True),
        SYMMETRY: json.dumps(_common_symmetry(config, dataset).document()),
        **common,
    }


def _common_symmetry(config: Config, dataset: str) -> Symmetry:
    """Return the symmetry that all variants have, or none."""
    found: dict[tuple[int, object], Symmetry] = {}
    for variant in config.datasets[dataset].variants:
        one = config.at(dataset, variant)
        material = one.materials[dataset]
        # The axial ratio is the only constant that moves slip systems.
        geometry = (variant.row, material.constants()["c_over_a"])
        if geometry not in found:
            found[geometry] = unit_cell_symmetry(one.datasets[dataset].rev, material, config.campaign.seed)
    if len({(one.kind, one.axis) for one in found.values()}) == 1:
        return next(iter(found.values()))
    return Symmetry(NONE, None, "microstructures of different symmetries")
