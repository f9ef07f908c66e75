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
# Sizes of the weights by letter, with a factor.
GRU_SHAPES = {
    "entrance": "i 3s",
    "entrance_bias": "3s",
    "recurrent": "s 3s",
    "recurrent_bias": "3s",
    "readout": "s o",
    "readout_bias": "o",
}


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
    def check(model: ModelFile) -> None:
        """Refuse a model whose numbers or shapes the kernels could not take."""
        from hammerscale.surrogate.model_checks import frame_sizes, require_positive, require_shapes
        from hammerscale.surrogate.parameter_inputs import load_inputs

        sizes = frame_sizes(model)
        inputs = 2 * sizes["f"] + len(load_inputs(model.document).names)
        require_shapes(model.arrays, GRU_SHAPES, {**sizes, "i": inputs})
        require_positive(model.document["increment_scale"], "increment_scale")

    @staticmethod
    def load(model: ModelFile) -> FittedGru:
        """Return the network that was exported."""
        from hammerscale.surrogate.gru.gru_model import load_gru

        return load_gru(model)
