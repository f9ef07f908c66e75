"""The recurrent neural operator before its training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge, Le

from hammerscale.keys import Meaning, Number, Width
from hammerscale.surrogate.network_kind import NetworkKind, OwnTraining
from hammerscale.surrogate.training.settings import Training

if TYPE_CHECKING:
    from hammerscale.surrogate.model_folder import ModelFile
    from hammerscale.surrogate.rno.rno_model import FittedOperator
    from hammerscale.surrogate.socket import Histories, Split

OPERATOR_TRAINING = Training(epochs=400, batch=40, learning_rate=4e-3, final_learning_rate=1e-5, gradient_clip=1.0)
# Sizes of the weights by letter, with a factor.
WEIGHT_SHAPES = {
    "drive": "s f",
    "rate": "s",
    "wear": "s",
    "weight1": "m s",
    "entrance": "m f",
    "bias1": "m",
    "weight2": "m m",
    "bias2": "m",
    "weight3": "2s m",
    "read1": "k s",
    "read_bias": "k",
    "read2": "o k",
    "direct": "o s",
}
# A path of unit length is cut into at most so many steps.
SMALLEST_STEP = 1e-6


@dataclass(frozen=True, kw_only=True)
class RecurrentOperator(NetworkKind):
    """A recurrent neural operator: internal variables that obey a differential equation in time."""

    law: ClassVar[str] = "hammerscale.laws.exported:operator_law"
    point_us: ClassVar[float | None] = 3.9
    needs_rest: ClassVar[bool] = True
    # 1,700 s for 3,200 paths and 400 epochs.
    epochs: ClassVar[int] = OPERATOR_TRAINING.epochs
    path_s: ClassVar[float] = 1.3e-3

    states: Annotated[Width, Meaning("internal variables")] = 32
    width: Annotated[Width, Meaning("hidden units of the rates")] = 96
    readout_width: Annotated[Width, Meaning("hidden units of the readout")] = 64
    turned_until: Annotated[
        Annotated[Number, Ge(0.0), Le(1.0)] | None,
        Meaning(
            "fraction of the training in which paths are turned at random by the symmetry of the data set, by default "
            "0.95 where it has one and 0 where it has none [-]"
        ),
    ] = None
    training: OwnTraining = OPERATOR_TRAINING

    def fit(self, data: Histories, split: Split, seed: int) -> FittedOperator:
        """Return the network trained on `split.train`."""
        from hammerscale.surrogate.rno.rno_training import fit_operator

        return fit_operator(self, data, split, seed)

    @staticmethod
    def check(model: ModelFile) -> None:
        """Refuse a model whose numbers or shapes the kernels could not take."""
        from hammerscale.surrogate.model_checks import frame_sizes, require_positive, require_shapes

        require_shapes(model.arrays, WEIGHT_SHAPES, frame_sizes(model))
        require_positive(model.document["usual_rate"], "usual_rate")
        if require_positive(model.document["largest_step"], "largest_step") < SMALLEST_STEP:
            raise ValueError(f"largest_step is below {SMALLEST_STEP:g}: a step of a solver would be cut into millions")

    @staticmethod
    def load(model: ModelFile) -> FittedOperator:
        """Return the network that was exported."""
        from hammerscale.surrogate.rno.rno_model import load_operator

        return load_operator(model)
