"""A unit cell of the config under any path, as a self-contained case."""

from dataclasses import dataclass

from hammerscale.arrays import FloatArray
from hammerscale.config.unit_cells import Spectral, Taylor
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.loading.recipe import PathRecipe
from hammerscale.rev.case import Case
from hammerscale.rev.grains import Grains


@dataclass(frozen=True)
class CellDescription:
    """All of a case but its path.

    Attributes
    ----------
    settings : the unit cell of the config; an elastic one has no crystals, which are what a case describes
    material, grains : what it is made of
    """

    settings: Taylor | Spectral
    material: CrystalMaterial
    grains: Grains

    def case(self, name: str, recipe: PathRecipe, times: FloatArray, duration_s: float) -> Case:
        """Return the case of a path of `duration_s` [s] with output at normalised `times` (n,)."""
        kind, numerics = _method(self.settings)
        return Case(
            name=name,
            kind=kind,
            material=self.material,
            recipe=recipe,
            times=times,
            duration_s=duration_s,
            quaternions=self.grains.quaternions,
            weights=self.grains.weights,
            grain_map=self.grains.grain_map,
            angles=self.grains.angles,
            scheme=self.settings.scheme if isinstance(self.settings, Spectral) else "",
            numerics=numerics,
        )


def _method(rev: Taylor | Spectral) -> tuple[str, dict[str, float | str]]:
    """Return the kind of a case and the settings of its method."""
    if isinstance(rev, Taylor):
        return "taylor", {"tolerance": rev.tolerance, "max_steps": rev.max_steps}
    return "cell", {"tolerance": rev.tolerance, "steps": rev.steps, "stress_average": rev.stress_average}
