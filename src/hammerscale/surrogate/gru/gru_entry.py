"""The gated recurrent unit before its training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from hammerscale.keys import Meaning, Width
from hammerscale.surrogate.network_kind import NetworkKind, OwnTraining
from hammerscale.surrogate.training.settings import Training

if TYPE_CHECKING:
    from hammerscale.surrogate.gru.gru_model import FittedGru
    from hammerscale.surrogate.model_folder import ModelFile
    from hammerscale.surrogate.socket import Histories, Split

GRU_TRAINING = Training(epochs=200, batch=40, learning_rate=4e-3, final_learning_rate=1e-5, gradient_clip=1.0)


@dataclass(frozen=True, kw_only=True)
class Gru(NetworkKind):
    """A gated recurrent unit, one step per sample."""

    law: ClassVar[str] = "hammerscale.laws.exported:gru_law"
    point_us: ClassVar[float | None] = 3.9
    needs_rest: ClassVar[bool] = True
    takes_parameters: ClassVar[bool] = True
    # 274 s for 1,000 paths and 200 epochs.
    epochs: ClassVar[int] = GRU_TRAINING.epochs
    path_s: ClassVar[float] = 1.4e-3

    states: Annotated[Width, Meaning("hidden units")] = 64
    training: OwnTraining = GRU_TRAINING

    def fit(self, data: Histories, split: Split, seed: int) -> FittedGru:
        """Return the network trained on `split.train`."""
        from hammerscale.surrogate.gru.gru_training import fit_gru

        return fit_gru(self, data, split, seed)

    @staticmethod
    def load(model: ModelFile) -> FittedGru:
        """Return the network that was exported."""
        from hammerscale.surrogate.gru.gru_model import load_gru

        return load_gru(model)
