"""What the unit cell of a data set lets a model take for granted: its symmetry, and how its pressure comes about."""

from hammerscale.config.material import MaterialFile
from hammerscale.config.unit_cells import Elastic, FibreTexture, Taylor, UnitCellSettings
from hammerscale.crystal.systems import family_systems
from hammerscale.microstructure.symmetry import ALL, NONE, Symmetry, measure_symmetry, unit_axis
from hammerscale.rev.factory import build_grains, crystal_material


def unit_cell_symmetry(settings: UnitCellSettings, material: MaterialFile, campaign_seed: int) -> Symmetry:
    """Return the symmetry of the microstructure of a data set, measured on its grains."""
    if isinstance(settings, Elastic):
        return Symmetry(ALL, None, "an isotropic elastic body")
    if not isinstance(settings, Taylor):
        return Symmetry(NONE, None, "a cell in the plane")
    crystal, grains = crystal_material(material), build_grains(settings, campaign_seed)
    slip, twins = (
        [family_systems(crystal.lattice, family.name, crystal.c_over_a).schmid for family in families]
        for families in (crystal.slip, [crystal.twin] if crystal.twin else [])
    )
    texture = settings.texture
    axes = [unit_axis(texture.sample_axis)] if isinstance(texture, FibreTexture) else []
    return measure_symmetry(grains.quaternions, grains.weights, slip, twins, axes)


def is_volumetric_isochoric(settings: UnitCellSettings) -> bool:
    """Return whether the mean pressure is κ (J - 1) and J dev σ depends on the isochoric stretch alone.

    So it is where all grains see the stretch of the whole (Liu et al., A.3).
    """
    return isinstance(settings, Elastic | Taylor)
