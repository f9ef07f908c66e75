"""Path families with a formula: every path of a block has a strain amplitude of its own."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Le

from hammerscale.keys import Integer, Meaning, Number
from hammerscale.kinds import Block
from hammerscale.loading.recipe import NO_KNOTS, Draw

# Paths of twice the strain take 1.4 times as long.
USUAL_STRAIN, STRAIN_POWER = 0.1, 0.5
Count = Annotated[Integer, Ge(1), Le(10_000_000), Meaning("number of simulations of this block", 100)]


@dataclass(frozen=True, kw_only=True)
class AmplitudeBlock(Block):
    """Paths U(t) of one formula, whose amplitude c is drawn.

    Attributes
    ----------
    walk_part : how long a path is to integrate, measured against a walk of the same strain
    """

    has_formula: ClassVar[bool] = True
    walk_part: ClassVar[float] = 1.0

    count: Count
    max_strain: Annotated[
        Number, Gt(0.0), Le(1.0), Meaning("the strain amplitude c of each path is uniform in (0, max_strain] [-]", 0.1)
    ]

    @property
    def relative_length(self) -> float:
        """How much longer a path is to integrate than a usual walk."""
        return self.walk_part * (self.max_strain / USUAL_STRAIN) ** STRAIN_POWER

    def largest_amplitude(self) -> float:
        """Return the amplitude c that reaches `max_strain`."""
        return self.max_strain

    def draw(self, dimension: int, rng: np.random.Generator) -> Draw:
        """Return the next path (see `Block.draw`)."""
        # 1 - random() lies in (0, 1], so that no path stands still.
        return Draw(self.family, *NO_KNOTS, amplitude=self.largest_amplitude() * (1.0 - rng.random()))


def constant_path(segments: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.float64]]:
    """Return coefficients (segments, 6, 4) of the path U = I, from which formulas start."""
    coefficients = np.zeros((segments, 6, 4))
    coefficients[:, :3, 0] = 1.0
    return coefficients
