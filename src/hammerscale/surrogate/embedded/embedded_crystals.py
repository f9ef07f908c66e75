"""Embedded crystals: a few grains of the known crystal law whose orientations and weights were learned.

Every grain of a Taylor polycrystal sees the same stretch, so the mean stress is linear in the grains' volume fractions,
and a few grains with chosen weights stand for all. The law of the grains is known; what is learned, from mean stresses
alone, is the texture. So pressure, symmetry, causality, dissipation, rates and rest are those of the crystal, on any
path. The exported model is a small Taylor polycrystal.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from hammerscale.arrays import FloatArray, Outcome
from hammerscale.crystal.integrator import GrainIntegrator
from hammerscale.crystal.material import CrystalMaterial, material_of
from hammerscale.crystal.taylor_mean import grains_at_rest, straight_paths
from hammerscale.errors import InputError
from hammerscale.microstructure.texture import check_orientations, rotation_matrices
from hammerscale.provenance import Provenance
from hammerscale.surrogate.embedded.grain_response import BLOCK, isochoric_stress
from hammerscale.surrogate.model_folder import ModelFile, write_model
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY, Signature
from hammerscale.surrogate.socket import NO_REPORT
from hammerscale.tensor.voigt import IDENTITY, determinant

KIND = "embedded_crystals"
MAX_STEPS = 1_000_000
ARRAYS = ("quaternions", "weights", "coarse_weights")


@dataclass(frozen=True)
class FittedCrystals:
    """A learned texture in a known crystal.

    Attributes
    ----------
    material : constants of the crystal
    quaternions : orientations (grains, 4), w first, crystal → sample
    weights : volume fractions (grains,), sum 1
    coarse_weights : the same for the best half of the grains, zero elsewhere; the gap between both stresses is a doubt
    tolerance : error allowed per time step of the integration
    duration_s : physical length of the paths that it was trained on [s]
    signature : what goes in and comes out
    """

    material: CrystalMaterial
    quaternions: FloatArray
    weights: FloatArray
    coarse_weights: FloatArray
    tolerance: float
    duration_s: float
    signature: Signature = STRETCH_TO_CAUCHY

    @property
    def rest(self) -> FloatArray:
        """The stretch of the undeformed state (6,), from which it starts."""
        return IDENTITY

    def predict(self, times: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return the stress (n, t, 6) [Pa], U being linear between samples; NaN where the integration fails."""
        integrator = GrainIntegrator(self.material, self.tolerance, MAX_STEPS)
        rotations = rotation_matrices(self.quaternions)
        unit = (times - times[0]) / (times[-1] - times[0])
        length = self.duration_s * float(times[-1] - times[0])
        stress = np.empty_like(stretch)
        for first in range(0, len(stretch), BLOCK):
            block = stretch[first : first + BLOCK]
            states = grains_at_rest(rotations, integrator.row_length, len(block))
            path = straight_paths(times, block)
            lengths = np.full(len(block), length)
            result = integrator.run(states, self.weights, path, unit, lengths, integrator.new_control())
            isochoric = self.material.shear_modulus * isochoric_stress(block, result.history[..., :6])
            isochoric[(result.outcomes != Outcome.CONVERGED)[:, None] & (unit > result.good[:, None])] = np.nan
            stress[first : first + BLOCK] = isochoric
        pressure = 2.0 * self.material.volumetric_modulus * (determinant(stretch) - 1.0)
        return stress + pressure[..., None] * IDENTITY

    def export(self, folder: Path, provenance: Provenance, report: Mapping[str, object] = NO_REPORT) -> None:
        """Write the texture and the constants of the crystal."""
        document = {
            "material": asdict(self.material),
            "tolerance": self.tolerance,
            "duration_s": self.duration_s,
        }
        arrays = {name: getattr(self, name) for name in ARRAYS}
        write_model(folder, provenance, ModelFile(KIND, document, arrays, signature=self.signature), report)


def load_crystals(model: ModelFile) -> FittedCrystals:
    """Return the texture and the crystal that were exported."""
    material = model.document["material"]
    if not isinstance(material, Mapping):
        raise TypeError("material is no mapping")
    quaternions, weights, coarse = (np.ascontiguousarray(model.arrays[name], dtype=np.float64) for name in ARRAYS)
    try:
        check_orientations(quaternions, weights)
        check_orientations(quaternions, coarse)
    except InputError as error:
        raise ValueError(error.what) from error
    return FittedCrystals(
        material_of(material),
        quaternions,
        weights,
        coarse,
        float(str(model.document["tolerance"])),
        float(str(model.document["duration_s"])),
        model.signature,
    )
