"""The elastic baseline: the paper's stored energy (A.3) with two fitted moduli and no plasticity."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from hammerscale.arrays import FloatArray
from hammerscale.crystal.elasticity import deviatoric_stress, mean_stress
from hammerscale.kinds import SurrogateKind
from hammerscale.provenance import Provenance
from hammerscale.surrogate.baselines.pressure import require_stretch
from hammerscale.surrogate.model_checks import require_moduli
from hammerscale.surrogate.model_folder import ModelFile, write_model
from hammerscale.surrogate.physics import fit_bulk_modulus, require_physics
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY, Signature
from hammerscale.surrogate.socket import NO_REPORT, Histories, Split
from hammerscale.surrogate.training_request import Order
from hammerscale.tensor.voigt import IDENTITY, NORM_WEIGHTS, determinant, deviator, from_matrix, to_matrix

KIND = "elastic"


def isochoric_shape(stretch: FloatArray) -> FloatArray:
    """Return J^(-5/3) dev U² (..., 6), the deviator of the elastic stress over the shear modulus."""
    matrix = to_matrix(stretch)
    return deviatoric_stress(from_matrix(matrix @ matrix), determinant(stretch), 1.0)


@dataclass(frozen=True)
class FittedElastic:
    """The fitted baseline.

    Attributes
    ----------
    shear_modulus : G [Pa], far below the crystal's since it stands for plastic flow too
    bulk_modulus : κ [Pa]
    signature : what goes in and comes out
    """

    shear_modulus: float
    bulk_modulus: float
    signature: Signature = STRETCH_TO_CAUCHY

    def predict(self, times: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return the elastic stress (n, t, 6) [Pa]."""
        pressure = mean_stress(determinant(stretch), 0.5 * self.bulk_modulus)
        return self.shear_modulus * isochoric_shape(stretch) + pressure[..., None] * IDENTITY

    def export(self, folder: Path, provenance: Provenance, report: Mapping[str, object] = NO_REPORT) -> None:
        """Write the two numbers."""
        document = {"shear_modulus_pa": self.shear_modulus, "bulk_modulus_pa": self.bulk_modulus}
        write_model(folder, provenance, ModelFile(KIND, document, signature=self.signature), report)


def load_elastic(model: ModelFile) -> FittedElastic:
    """Return the baseline that was exported."""
    shear, bulk = (float(str(model.document[name])) for name in ("shear_modulus_pa", "bulk_modulus_pa"))
    return FittedElastic(shear, bulk, model.signature)


@dataclass(frozen=True, kw_only=True)
class ElasticModuli(SurrogateKind):
    """The stored energy of the crystal with two fitted moduli and no plasticity."""

    needs_space: ClassVar[bool] = True
    has_rate: ClassVar[bool] = False

    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Self:
        """Return the baseline itself; it has no use for the length of the paths."""
        return self

    @staticmethod
    def check(model: ModelFile) -> None:
        """Refuse a model whose numbers or shapes the kernels could not take."""
        require_moduli(model)

    @staticmethod
    def load(model: ModelFile) -> FittedElastic:
        """Return the baseline that was exported."""
        return load_elastic(model)

    def fit(self, data: Histories, split: Split, seed: int) -> FittedElastic:
        """Return the least-squares moduli of the training paths, in the tensor norm."""
        require_stretch(data, KIND)
        training = data.select(split.train)
        require_physics(training, KIND)
        shape = isochoric_shape(training.stretch)
        measured = deviator(training.stress) * NORM_WEIGHTS
        shear_modulus = float(np.vdot(shape, measured) / np.vdot(shape, shape * NORM_WEIGHTS))
        return FittedElastic(shear_modulus, fit_bulk_modulus(training), data.signature)
