"""What the unit cell of a data set lets a model take for granted: its symmetry, and how its pressure comes about."""

from hammerscale.cell.cell_factory import build_grains, crystal_material
from hammerscale.config.material_file import MaterialFile
from hammerscale.crystal.systems import family_systems
from hammerscale.kinds import CellSettings
from hammerscale.microstructure.symmetry import ALL, NONE, Symmetry, measure_symmetry, unit_axis


def unit_cell_symmetry(settings: CellSettings, material: MaterialFile, campaign_seed: int) -> Symmetry:
    """Return the symmetry of the microstructure of a data set, measured on its grains."""
    if not settings.has_crystals:
        return Symmetry(ALL, None, "an isotropic elastic body")
    grains = build_grains(settings, campaign_seed)
    if not len(grains.quaternions):
        return Symmetry(NONE, None, "a cell in the plane")
    crystal = crystal_material(material)
    slip, twins = (
        [family_systems(crystal.lattice, family.name, crystal.c_over_a).schmid for family in families]
        for families in (crystal.slip, [crystal.twin] if crystal.twin else [])
    )
    axes = [unit_axis(settings.symmetry_axis)] if settings.symmetry_axis else []
    return measure_symmetry(grains.quaternions, grains.weights, slip, twins, axes)
