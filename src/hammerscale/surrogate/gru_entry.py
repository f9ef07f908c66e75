"""The gated recurrent unit as a kind of surrogate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from hammerscale.keys import OWN, Meaning, Width
from hammerscale.kinds import SurrogateKind
from hammerscale.surrogate.order import Order

if TYPE_CHECKING:
    from hammerscale.surrogate.model_folder import ModelFile
    from hammerscale.surrogate.surrogate import FittedSurrogate, Surrogate


@dataclass(frozen=True, kw_only=True)
class GatedUnitKind(SurrogateKind):
    """A gated recurrent unit, one step per sample."""

    is_network: ClassVar[bool] = True
    law: ClassVar[str] = "hammerscale.laws.exported:sequence_law"
    point_us: ClassVar[float | None] = 3.9
    # 274 s for 1,000 paths and 200 epochs.
    epochs: ClassVar[int] = 200
    path_s: ClassVar[float] = 1.4e-3

    states: Annotated[Width | None, Meaning(f"hidden units, {OWN}")] = None

    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Surrogate:
        """Return the network before its training (see `SurrogateKind.make`)."""
        from hammerscale.surrogate.training.gru import GRU_TRAINING, Gru

        training = replace(GRU_TRAINING, **order.training_changes(checkpoints))  # type: ignore[arg-type]
        return Gru(training=training, duration_s=duration_s, **self.given())

    @staticmethod
    def load(model: ModelFile) -> FittedSurrogate:
        """Return the model that was exported."""
        from hammerscale.surrogate.gru import load_gru

        return load_gru(model)
