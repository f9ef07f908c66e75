"""The pressure-only baseline: σ = κ (det U - 1) I, one learned number.

On random strain paths nearly all of the stress norm is pressure, so this formula, which knows nothing of plasticity, is
the yardstick of every network.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hammerscale.provenance import Provenance
from hammerscale.store.atomic import write_json
from hammerscale.store.folder import write_folder
from hammerscale.surrogate.surrogate import Histories, Split
from hammerscale.tensor.voigt import IDENTITY, FloatArray, determinant

KIND = "pressure"
MODEL_FILE = "model.json"


@dataclass(frozen=True)
class FittedPressure:
    """The fitted baseline.

    Attributes
    ----------
    bulk_modulus : κ [Pa]
    """

    bulk_modulus: float

    def predict(self, times: FloatArray, stretch: FloatArray) -> FloatArray:
        """Return κ (det U - 1) I as (n, t, 6) [Pa]."""
        return self.bulk_modulus * (determinant(stretch) - 1.0)[..., None] * IDENTITY

    def export(self, folder: Path, provenance: Provenance) -> None:
        """Write the one number."""
        with write_folder(folder, provenance) as inside:
            write_json(inside / MODEL_FILE, {"kind": KIND, "bulk_modulus_pa": self.bulk_modulus})


@dataclass(frozen=True)
class Pressure:
    """The baseline before fitting; it has no settings."""

    def fit(self, data: Histories, split: Split, seed: int) -> FittedPressure:
        """Return the least-squares bulk modulus of the training paths' mean stress."""
        volume_change = determinant(data.stretch[split.train]) - 1.0
        mean_stress = data.stress[split.train][..., :3].mean(axis=-1)
        return FittedPressure(float(np.vdot(volume_change, mean_stress) / np.vdot(volume_change, volume_change)))
