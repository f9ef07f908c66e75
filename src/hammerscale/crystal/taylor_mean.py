"""Grains that all see the stretch of the whole (Taylor): what a polycrystal and a few learned grains share."""

from typing import Protocol

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal import elasticity
from hammerscale.crystal.constants import law_constants
from hammerscale.crystal.integrator import PathBatch
from hammerscale.crystal.material import CrystalMaterial
from hammerscale.crystal.state_layout import FIRST_SLIP
from hammerscale.tensor.voigt import from_matrix, to_matrix, volume_ratio


def grains_at_rest(rotations: FloatArray, row_length: int, points: int) -> FloatArray:
    """Return states (points, 1 + grains, row) of undeformed grains with rotations (grains, 3, 3).

    The first row of a point belongs to its owner, see `run_batch`; it is zero.
    """
    states = np.zeros((points, 1 + len(rotations), row_length))
    states[:, 1:, :9] = rotations.reshape(-1, 9)
    return states


def straight_paths(times: FloatArray, stretch: FloatArray) -> PathBatch:
    """Return paths that are straight between samples U (n, t, 6) at times (t,), whose whole length becomes [0, 1]."""
    paths, samples, _ = stretch.shape
    unit = (times - times[0]) / (times[-1] - times[0])
    cubics = np.zeros((paths, samples, 6, 4))
    cubics[:, :-1, :, 0] = stretch[:, :-1]
    cubics[:, :-1, :, 1] = np.diff(stretch, axis=1) / np.diff(unit)[:, None]
    return PathBatch(
        starts=samples * np.arange(paths + 1),
        breakpoints=np.tile(unit, paths),
        cubics=cubics.reshape(-1, 6, 4),
        exponents=np.ones((paths, 6)),
    )


def elastic_left(stretch: FloatArray, left: FloatArray) -> FloatArray:
    """Return Fe Feᵀ = U L U (..., 6) from U (..., 6) and L = G̃G̃ᵀ (..., 6), of one grain or the mean over grains.

    Fe = U G̃ up to a rotation of the lattice. U L U is linear in L and so are stress and energy in it: those of many
    grains need the mean of L alone (Liu et al., A.3).
    """
    matrix = to_matrix(stretch)
    return from_matrix(matrix @ to_matrix(left) @ matrix)


class GrainMean(Protocol):
    """Stress and elastic energy of a polycrystal from what the integrator sums over its grains (n, 8)."""

    def stress(self, stretch: FloatArray, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return Cauchy stresses (n, 6) [Pa] at stretches (n, 6), and what the stored energy lacks (n,) [J/m³]."""

    def sums(self, grains: FloatArray, weights: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return the first six sums (n, 6) of grains (n, g, row) with weights (g,) at stretches (n, 6)."""

    def elastic_energy(
        self, grains: FloatArray, weights: FloatArray, stretch: FloatArray, sums: FloatArray
    ) -> FloatArray:
        """Return the mean elastic energy (n,) [J/m³]."""


class IsotropicMean:
    """Of the isotropic energy (Liu et al., A.3), which needs no sum over grains but that of G̃G̃ᵀ."""

    def __init__(self, material: CrystalMaterial) -> None:
        self._moduli = material.shear_modulus, material.volumetric_modulus

    def stress(self, stretch: FloatArray, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """See `GrainMean.stress`."""
        volume, left = volume_ratio(stretch), elastic_left(stretch, sums[:, :6])
        energy = elasticity.left_energy(left[:, :3].sum(axis=1), volume, *self._moduli)
        return elasticity.left_stress(left, volume, *self._moduli), energy

    def sums(self, grains: FloatArray, weights: FloatArray, stretch: FloatArray) -> FloatArray:
        """See `GrainMean.sums`."""
        tilde = grains[:, :, :FIRST_SLIP].reshape(*grains.shape[:2], 3, 3)
        return from_matrix(np.einsum("g,pgik,pgjk->pij", weights, tilde, tilde, optimize=True))

    def elastic_energy(
        self, grains: FloatArray, weights: FloatArray, stretch: FloatArray, sums: FloatArray
    ) -> FloatArray:
        """See `GrainMean.elastic_energy`."""
        return self.stress(stretch, sums)[1]


class AnisotropicMean:
    """Of crystals with S = C : E: the mean of G̃SG̃ᵀ gives the stress; the stored energy contains the elastic one."""

    def __init__(self, material: CrystalMaterial) -> None:
        self._stiffness = law_constants(material, 1.0).stiffness

    def stress(self, stretch: FloatArray, sums: FloatArray) -> tuple[FloatArray, FloatArray]:
        """See `GrainMean.stress`."""
        with np.errstate(over="ignore", invalid="ignore"):
            stress = elastic_left(stretch, sums[:, :6]) / volume_ratio(stretch)[:, None]
        return stress, np.zeros(len(sums))

    def sums(self, grains: FloatArray, weights: FloatArray, stretch: FloatArray) -> FloatArray:
        """See `GrainMean.sums`."""
        tilde, _, stress = self._elastic(grains, stretch)
        return np.stack([value @ weights for value in elasticity.pulled_stress(tilde, stress)], axis=1)

    def elastic_energy(
        self, grains: FloatArray, weights: FloatArray, stretch: FloatArray, sums: FloatArray
    ) -> FloatArray:
        """See `GrainMean.elastic_energy`."""
        _, strain, stress = self._elastic(grains, stretch)
        return np.asarray(elasticity.strain_energy(strain, stress) @ weights)

    def _elastic(
        self, grains: FloatArray, stretch: FloatArray
    ) -> tuple[list[FloatArray], list[FloatArray], list[FloatArray]]:
        """Return G̃ (9,), E (6,) and S (6,), each entry an array (n, g)."""
        tilde = [grains[:, :, q] for q in range(FIRST_SLIP)]
        strain = elasticity.green_strain(elasticity.elastic_strain(list(stretch.T[:, :, None]), tilde))
        return tilde, strain, elasticity.lattice_stress(strain, self._stiffness)


def mean_of_grains(material: CrystalMaterial) -> GrainMean:
    """Return how the sums over the grains of a material become its stress."""
    return IsotropicMean(material) if material.stiffness is None else AnisotropicMean(material)
