"""Integrate batches of paths through grains: allocates once, calls the compiled kernels, uses every thread."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
from numba import config

from hammerscale.arrays import FloatArray
from hammerscale.crystal.backend.block import new_block
from hammerscale.crystal.backend.kernels import load_kernels
from hammerscale.crystal.constants import pack_constants
from hammerscale.crystal.geometry import crystal_geometry
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.crystal.step_control import ControlSettings

# Twin variants race each other from fractions of 1e-6 on, coupled by 80 GPa: there an error that is harmless
# elsewhere picks the wrong winner. So a fraction may be wrong by tolerance (1 + WEIGHT_DECAY Λ) / FRACTION_WEIGHT.
# On 500 random paths of 128 grains at 1e-6, this leaves 2 paths with a wrong winner somewhere, against 7 with a
# constant weight of 10.
FRACTION_WEIGHT, WEIGHT_DECAY = 100.0, 1000.0
OVERSHOOT_PER_TOLERANCE = 0.1
STEP_FLOOR = 1e-12
# Errors of the implicit step are those of a crystal whose elastic strain is this much, as magnesium's is in the paper:
# a softer crystal is held tighter, so that a tolerance means one relative error of the stress in every metal.
USUAL_ELASTIC_STRAIN = 0.01
# Resistances need as many digits as the stress: a hundredth of what an elastic strain of 0.01 needs, with reserve.
HARDENING_WEIGHT = 0.1


def _gradient_weight(material: CrystalMaterial) -> float:
    """Return how much tighter than of usual crystals G̃ is held."""
    return max(1.0, USUAL_ELASTIC_STRAIN * material.shear_modulus / _softest(material))


def _softest(material: CrystalMaterial) -> float:
    """Return the smallest resistance of a slip family at rest [Pa]."""
    return min((family.initial_resistance or family.drag_stress) for family in material.slip)


@dataclass(frozen=True)
class PathBatch:
    """Paths in the form that the kernels read.

    Attributes
    ----------
    starts : first breakpoint of every path, and the end (p+1,)
    breakpoints : of all paths, one after the other (Σ(s+1),)
    cubics : coefficients (Σ(s+1), 6, 4), with one unused row at the end of every path
    exponents : (p, 6)
    """

    starts: npt.NDArray[np.int64]
    breakpoints: FloatArray
    cubics: FloatArray
    exponents: FloatArray


@dataclass(frozen=True)
class BatchResult:
    """What the kernels found.

    Attributes
    ----------
    history : weighted sums of G̃G̃ᵀ or, of an anisotropic crystal, G̃SG̃ᵀ (6), stored energy (plastic; of an anisotropic
        crystal with the elastic one) and dissipation at the output times (p, m, 8)
    counts : attempts, rejections and rate evaluations, summed over grains (p, 3)
    outcomes : codes of `Outcome` (p,)
    good : normalised time up to which the history is valid (p,)
    """

    history: FloatArray
    counts: FloatArray
    outcomes: npt.NDArray[np.int64]
    good: FloatArray


class GrainIntegrator:
    """Integrates the flow rule of one material.

    A grain's state is that of `crystal.state_layout` and a step size [s].

    Parameters
    ----------
    material : constants
    tolerance : largest error of a state component per step; twin fractions are held tighter
    max_steps : attempted steps per grain after which a path fails
    """

    def __init__(self, material: CrystalMaterial, tolerance: float, max_steps: int) -> None:
        geometry = crystal_geometry(material)
        self.material = material
        self.layout = geometry.state_layout
        self._implicit = geometry.implicit
        self._kernels = load_kernels(geometry)
        settings = ControlSettings(
            inverse_tolerance=1.0 / tolerance,
            fraction_weight=FRACTION_WEIGHT,
            weight_decay=WEIGHT_DECAY,
            overshoot_allowed=OVERSHOOT_PER_TOLERANCE * tolerance,
            step_floor=STEP_FLOOR,
            max_attempts=float(max_steps),
            gradient_weight=_gradient_weight(material),
            hardening_weight=HARDENING_WEIGHT,
            kink_strain=_softest(material) / (2.0 * material.shear_modulus * max(geometry.slip_powers)),
        )
        self._control = np.array(astuple(settings))

    @property
    def row_length(self) -> int:
        """Number of float64 that describe a grain."""
        return self.layout.size + 1

    def new_control(self) -> FloatArray:
        """Return the settings of a run, an array of its own: entry `STEPS_LEFT` may be lowered while the run lasts."""
        return self._control.copy()

    def run(
        self,
        states: FloatArray,
        weights: FloatArray,
        paths: PathBatch,
        times: FloatArray,
        durations_s: FloatArray,
        control: FloatArray,
    ) -> BatchResult:
        """Integrate every path of a batch, `states` (p, 1 + grains, row_length) in place; their first row is left
        alone.

        times : ascending output times (m,), the same for every path; durations_s : physical length of every path (p,);
        control : from `new_control`
        """
        count = len(states)
        result = BatchResult(
            history=np.zeros((count, times.size, 8)),
            counts=np.zeros((count, 3)),
            outcomes=np.zeros(count, dtype=np.int64),
            good=np.zeros(count),
        )
        distinct, index = np.unique(durations_s, return_inverse=True)
        constants = np.stack([pack_constants(self.material, duration) for duration in distinct])[index]

        def run_part(part: tuple[int, int]) -> None:
            self._kernels.run_batch(
                new_block(self.layout, self._implicit), *part, states, weights, paths.starts, paths.breakpoints,
                paths.cubics, paths.exponents, times, durations_s, constants, control, result.history, result.counts,
                result.outcomes, result.good,
            )  # fmt: skip

        run_in_threads(run_part, count)
        return result


def run_in_threads(run_part, count: int) -> None:  # type: ignore[no-untyped-def]
    """Call run_part((begin, end)) for parts of range(count), on as many threads as Numba is allowed.

    The kernels release the interpreter lock; unlike OpenMP threads, these survive a fork.
    """
    threads = min(int(config.NUMBA_NUM_THREADS), count)  # type: ignore[attr-defined]
    if threads <= 1:
        run_part((0, count))
        return
    # Several parts per thread, because paths differ in cost.
    bounds = np.linspace(0, count, min(count, 8 * threads) + 1).astype(int)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run_part, zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)))
