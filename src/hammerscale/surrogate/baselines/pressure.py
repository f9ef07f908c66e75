"""The pressure-only baseline: σ = κ (det U - 1) I, one learned number.

On random strain paths nearly all of the stress norm is pressure, so this formula, which has no plasticity, is
the yardstick of every network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from hammerscale.arrays import FloatArray
from hammerscale.errors import InputError
from hammerscale.kinds import SurrogateKind
from hammerscale.provenance import Provenance
from hammerscale.surrogate.model_checks import require_moduli
from hammerscale.surrogate.model_folder import ModelFile, write_model
from hammerscale.surrogate.physics import fit_bulk_modulus, require_physics
from hammerscale.surrogate.signature import STRETCH_TO_CAUCHY, Signature
from hammerscale.surrogate.socket import NO_REPORT, Histories, Split
from hammerscale.surrogate.training_request import Order
from hammerscale.tensor.voigt import IDENTITY, determinant

KIND = "pressure"


@dataclass(frozen=True)
class FittedPressure:
    """The fitted baseline.

    Attributes
    ----------
    bulk_modulus : κ [Pa]
    signature : what goes in and comes out
    """

    bulk_modulus: float
    signature: Signature = STRETCH_TO_CAUCHY

    def predict(self, times: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return κ (det U - 1) I as (n, t, 6) [Pa]."""
        return self.bulk_modulus * (determinant(stretch) - 1.0)[..., None] * IDENTITY

    def export(self, folder: Path, provenance: Provenance, report: Mapping[str, object] = NO_REPORT) -> None:
        """Write the one number."""
        model = ModelFile(KIND, {"bulk_modulus_pa": self.bulk_modulus}, signature=self.signature)
        write_model(folder, provenance, model, report)


def load_pressure(model: ModelFile) -> FittedPressure:
    """Return the baseline that was exported."""
    return FittedPressure(float(str(model.document["bulk_modulus_pa"])), model.signature)


@dataclass(frozen=True, kw_only=True)
class Pressure(SurrogateKind):
    """The pressure κ (det U - 1) alone, one fitted number."""

    needs_space: ClassVar[bool] = True
    has_rate: ClassVar[bool] = False
    law: ClassVar[str] = "hammerscale.laws.exported:pressure_law"
    point_us: ClassVar[float | None] = 0.2

    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Self:
        """Return the baseline itself; it has no use for the length of the paths."""
        return self

    @staticmethod
    def check(model: ModelFile) -> None:
        """Refuse a model whose numbers or shapes the kernels could not take."""
        require_moduli(model)

    @staticmethod
    def load(model: ModelFile) -> FittedPressure:
        """Return the baseline that was exported."""
        return load_pressure(model)

    def fit(self, data: Histories, split: Split, seed: int) -> FittedPressure:
        """Return the least-squares bulk modulus of the training paths' mean stress."""
        training = data.select(split.train)
        require_stretch(data, KIND)
        require_physics(training, KIND)
        return FittedPressure(fit_bulk_modulus(training), data.signature)


def require_stretch(data: Histories, name: str) -> None:
    """Refuse data that are not stretch and stress tensors in three dimensions."""
    if not data.is_stretch:
        raise InputError(
            f"surrogate {name} needs the stretch and the stress tensor in three dimensions",
            f"this set has {data.strain_kind} ({', '.join(data.stretch_components)}) "
            f"and stress ({', '.join(data.stress_components)})",
            "choose a surrogate that takes any components",
        )
