"""The texture of a Taylor polycrystal from its mean stresses: a sparse, non-negative least-squares problem.

A grain's stress is far from smooth in its orientation: twin variants race each other, and a quarter of a degree can
change the winner. So no gradient leads to the grains; the search proposes orientations instead, first everywhere, then
ever closer to those that carry weight, and least squares chooses among them, a convex problem each time.
"""

import logging
from dataclasses import dataclass

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.integrator import GrainIntegrator
from hammerscale.crystal.material import CrystalMaterial, require_usual_law
from hammerscale.errors import InputError
from hammerscale.streams import stream
from hammerscale.surrogate.baselines.pressure import require_stretch
from hammerscale.surrogate.embedded.embedded_crystals import KIND, MAX_STEPS, FittedCrystals
from hammerscale.surrogate.embedded.grain_response import grain_response
from hammerscale.surrogate.embedded.orientations import even_orientations, neighbours
from hammerscale.surrogate.embedded.sparse_weights import gram, sparse_weights
from hammerscale.surrogate.features import deviator_coordinates
from hammerscale.surrogate.physics import require_physics
from hammerscale.surrogate.socket import Histories, Split

LOG = logging.getLogger(__name__)

# Proposals per grain and round, and how far from it they lie [degrees].
PROPOSALS = 5
ANGLES_DEG = (5.0, 4.0, 3.0, 2.5, 2.0, 1.5, 1.2, 1.0)
# Samples of a path that are compared, and the part of the path in which grains are searched: later ones cost as much
# again and say little that is new.
SAMPLES, SEARCHED_PART = 8, 0.5
# How many times the wanted grains the search keeps, and training paths that the final weights see.
KEPT, WEIGHED_PATHS = 2, 1000


@dataclass(frozen=True)
class Observed:
    """Mean stresses that grains are compared with.

    Attributes
    ----------
    integrator : of the material
    data : some histories
    samples : numbers of the samples that are compared
    duration_s : physical length of the paths [s]
    shear_modulus : G [Pa]
    """

    integrator: GrainIntegrator
    data: Histories
    samples: tuple[int, ...]
    duration_s: float
    shear_modulus: float

    @property
    def deviators(self) -> FloatArray:
        """Five deviatoric coordinates over G (n, s, 5) of the mean stress."""
        return deviator_coordinates(self.data.stress[:, self.samples]) / self.shear_modulus

    @property
    def path_scales(self) -> FloatArray:
        """Factors (n, 1, 1) that make every path count alike; a path without deviator does not count."""
        norms = np.sqrt((self.deviators**2).sum(axis=(1, 2), keepdims=True))
        return np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0.0)

    def target(self) -> FloatArray:
        """Return what weighted columns should sum to (r,)."""
        return np.ravel(self.path_scales * self.deviators)

    def columns(self, quaternions: FloatArray) -> FloatArray:
        """Return the stresses of grains with orientations (g, 4) as columns (r, g)."""
        answers = grain_response(
            self.integrator, quaternions, self.data.times, self.data.stretch, self.duration_s, self.samples
        )
        return (self.path_scales[..., None] * answers).reshape(-1, len(quaternions))


def search_texture(observed: Observed, candidates: int, kept: int, rng: np.random.Generator) -> FloatArray:
    """Return at most `kept` orientations (g, 4) that explain the mean stresses, from about `candidates` even ones."""
    target = observed.target()
    quaternions = even_orientations(candidates)
    columns = observed.columns(quaternions)
    for turn, angle in enumerate((0.0, *ANGLES_DEG)):
        if turn:
            proposed = np.concatenate([neighbours(quaternions, angle, rng) for _ in range(PROPOSALS)])
            columns = np.concatenate([columns, observed.columns(proposed)], axis=1)
            quaternions = np.concatenate([quaternions, proposed])
        chosen, weights = sparse_weights(*gram(columns, target), kept)
        quaternions, columns = quaternions[chosen], np.ascontiguousarray(columns[:, chosen])
        error = np.linalg.norm(columns @ weights - target) / np.linalg.norm(target)
        LOG.info("round %d of %d: %d grains, %.1f %%", turn, len(ANGLES_DEG), chosen.size, 100.0 * error)
    return quaternions


@dataclass(frozen=True)
class TextureSearch:
    """Embedded crystals before fitting.

    Attributes
    ----------
    material : constants of the crystal
    duration_s : physical length of the training paths [s]
    grains : grains of the model; its cost is proportional to them
    candidates : orientations that the search starts from
    search_paths : largest number of training paths that the search uses
    tolerance : error allowed per time step of the integration
    """

    material: CrystalMaterial
    duration_s: float
    grains: int = 128
    candidates: int = 1024
    search_paths: int = 320
    tolerance: float = 1e-4

    def fit(self, data: Histories, split: Split, seed: int) -> FittedCrystals:
        """Return the texture that explains the training paths; equal arguments give equal bits."""
        require_stretch(data, KIND)
        require_physics(data.select(split.train), KIND)
        require_usual_law(self.material, KIND)
        if self.material.lattice != "hexagonal":
            raise InputError(
                f"the lattice of {self.material.name} is {self.material.lattice}",
                "orientations are searched for hexagonal crystals, each of which sees the stretch of the whole",
                "choose another surrogate",
            )
        order = stream(seed, 0, "surrogate/paths").permutation(split.train)
        kept = min(KEPT * self.grains, self.candidates)
        searched = self._observe(data.select(order[: self.search_paths]), SEARCHED_PART)
        found = search_texture(searched, self.candidates, kept, stream(seed, 0, "surrogate/orientations"))
        weighed = self._observe(data.select(order[:WEIGHED_PATHS]), 1.0)
        matrix, right = gram(weighed.columns(found), weighed.target())
        chosen, weights = sparse_weights(matrix, right, self.grains)
        half, half_weights = sparse_weights(matrix[np.ix_(chosen, chosen)], right[chosen], max(1, chosen.size // 2))
        coarse = np.zeros(chosen.size)
        coarse[half] = half_weights
        return FittedCrystals(
            self.material, found[chosen], weights, coarse, self.tolerance, self.duration_s, data.signature
        )

    def _observe(self, data: Histories, part: float) -> Observed:
        """Return some histories as they are compared, up to a part of the path."""
        last = max(1, round(part * (data.times.size - 1)))
        samples = np.unique(np.linspace(last / SAMPLES, last, SAMPLES).round().astype(int))
        integrator = GrainIntegrator(self.material, self.tolerance, MAX_STEPS)
        numbers = tuple(int(number) for number in samples if number > 0)
        return Observed(integrator, data, numbers, self.duration_s, self.material.shear_modulus)
