"""A strain path by its rule and numbers: what files hold, and from which the path is rebuilt to the last bit."""

from dataclasses import dataclass

from hammerscale.arrays import FloatArray
from hammerscale.loading.families import ONE_PARAMETER, cyclic, pchip
from hammerscale.loading.path import StrainPath

RULES = ("pchip", "cyclic", *ONE_PARAMETER)


@dataclass(frozen=True)
class PathRecipe:
    """One strain path.

    Attributes
    ----------
    rule : "pchip" for knots, else the name of the family's formula
    knot_times : (k,) normalised times of the knots; empty for a formula
    knot_stretch : (k, 6) U at the knots
    amplitude : strain amplitude c of a formula; 0 for knots
    cycles : number of cycles of a cyclic path; 0 otherwise
    """

    rule: str
    knot_times: FloatArray
    knot_stretch: FloatArray
    amplitude: float = 0.0
    cycles: int = 0

    def path(self) -> StrainPath:
        """Return the exact strain path."""
        if self.rule == "pchip":
            return pchip(self.knot_times, self.knot_stretch)
        if self.rule == "cyclic":
            return cyclic(self.amplitude, self.cycles)
        return ONE_PARAMETER[self.rule](self.amplitude)
