"""The recurrent neural operator as a kind of surrogate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge, Le

from hammerscale.keys import OWN, Meaning, Number, Width
from hammerscale.kinds import SurrogateKind
from hammerscale.surrogate.order import Order

if TYPE_CHECKING:
    from hammerscale.surrogate.model_folder import ModelFile
    from hammerscale.surrogate.surrogate import FittedSurrogate, Surrogate


@dataclass(frozen=True, kw_only=True)
class OperatorKind(SurrogateKind):
    """A recurrent neural operator: internal variables that obey a differential equation in time."""

    is_network: ClassVar[bool] = True
    law: ClassVar[str] = "hammerscale.laws.exported:sequence_law"
    point_us: ClassVar[float | None] = 3.9
    # 1,700 s for 3,200 paths and 400 epochs.
    epochs: ClassVar[int] = 400
    path_s: ClassVar[float] = 1.3e-3

    states: Annotated[Width | None, Meaning(f"internal variables, {OWN}")] = None
    width: Annotated[Width | None, Meaning(f"hidden units of the rates, {OWN}")] = None
    readout_width: Annotated[Width | None, Meaning(f"hidden units of the readout, {OWN}")] = None
    turned_until: Annotated[
        Annotated[Number, Ge(0.0), Le(1.0)] | None,
        Meaning(
            "fraction of the training in which paths are turned at random by the symmetry of the data set, by default "
            "0.95 where it has one and 0 where it has none [-]"
        ),
    ] = None

    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Surrogate:
        """Return the network before its training (see `SurrogateKind.make`)."""
        from hammerscale.surrogate.training.operator import OPERATOR_TRAINING, RecurrentOperator

        training = replace(OPERATOR_TRAINING, **order.training_changes(checkpoints))  # type: ignore[arg-type]
        return RecurrentOperator(training=training, duration_s=duration_s, **self.given())

    @staticmethod
    def load(model: ModelFile) -> FittedSurrogate:
        """Return the model that was exported."""
        from hammerscale.surrogate.operator import load_operator

        return load_operator(model)
