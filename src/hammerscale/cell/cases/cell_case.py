"""A unit cell of the config under any path, as a self-contained case."""

from dataclasses import dataclass

from hammerscale.arrays import FloatArray
from hammerscale.cell.cases.case import Case
from hammerscale.cell.grains import Grains
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.kinds import CellSettings
from hammerscale.loading.recipe import PathRecipe


@dataclass(frozen=True)
class CellDescription:
    """All of a case but its path.

    Attributes
    ----------
    settings : the unit cell of the config, one with crystals, which are what a case describes
    material, grains : what it is made of
    """

    settings: CellSettings
    material: CrystalMaterial
    grains: Grains

    def case(self, name: str, recipe: PathRecipe, times: FloatArray, duration_s: float) -> Case:
        """Return the case of a path of `duration_s` [s] with output at normalised `times` (n,)."""
        method = self.settings.case_method()
        return Case(
            name=name,
            kind=method.kind,
            material=self.material,
            recipe=recipe,
            times=times,
            duration_s=duration_s,
            quaternions=self.grains.quaternions,
            weights=self.grains.weights,
            grain_map=self.grains.grain_map,
            angles=self.grains.angles,
            scheme=method.scheme,
            numerics=method.numerics,
        )
