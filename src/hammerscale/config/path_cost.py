"""What a simulation is expected to cost, before one is measured: right within about a factor of three.

CPU time on one core of an AMD EPYC (Zen 5): a walk of 10 % in ten steps takes 9.2 ms for 128 grains of magnesium and
280 ms for a cell of 64 x 64 pixels in 1,000 steps. Other strains, families and tolerances were compared with these.
"""

from hammerscale.config.paths import Block, Cyclic, RandomWalk
from hammerscale.config.unit_cells import Spectral, Taylor, UnitCellSettings

# A path itself and its outputs [s].
START_S = 5e-4
GRAIN_S, PIXEL_STEP_S = 6.8e-5, 6.8e-8
USUAL_STRAIN, USUAL_STEPS, USUAL_TOLERANCE = 0.1, 10, 1e-6
# Of a walk of the same strain; a path of a file is taken for such a walk.
FAMILIES = {"uniaxial": 0.2, "uniaxial_true": 0.2, "load_unload": 0.3, "cavity": 0.25, "cyclic": 0.45}


def estimated_cost(cell: UnitCellSettings, block: Block) -> float:
    """Return the expected CPU time of a path of a block [s]."""
    if isinstance(cell, Spectral):
        return START_S + PIXEL_STEP_S * cell.grid**2 * cell.steps
    if isinstance(cell, Taylor):
        accuracy = (USUAL_TOLERANCE / cell.tolerance) ** 0.2
        return START_S + GRAIN_S * cell.grains * accuracy * _length(block)
    return START_S


def _length(block: Block) -> float:
    """Return how much longer a path of a block is to integrate than a usual walk."""
    strain = (getattr(block, "max_strain", USUAL_STRAIN) / USUAL_STRAIN) ** 0.5
    if isinstance(block, RandomWalk):
        return strain * (block.steps / USUAL_STEPS) ** 0.7
    turns = block.cycles if isinstance(block, Cyclic) else 1
    return FAMILIES.get(block.family, 1.0) * turns * strain
