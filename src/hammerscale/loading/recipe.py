"""A strain path by its rule and numbers: what files hold, and from which the path is rebuilt to the last bit."""

from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.loading.path import StrainPath
from hammerscale.registry import PATHS

KNOTS = "pchip"
NO_KNOTS = np.empty(0), np.empty((0, 6))


def rules() -> tuple[str, ...]:
    """Return the rules by which paths are made: monotone cubics through knots, and the families with a formula."""
    return (KNOTS, *(family for family, block in PATHS.items() if block.has_formula))


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
        if self.rule != KNOTS:
            path: StrainPath = PATHS[self.rule].formula(self.amplitude, self.cycles)
            return path
        from hammerscale.loading.knots import pchip

        return pchip(self.knot_times, self.knot_stretch)


@dataclass(frozen=True)
class Draw(PathRecipe):
    """One strain path as it was drawn.

    Attributes
    ----------
    rejected : inadmissible draws thrown away before this one
    """

    rejected: int = 0
