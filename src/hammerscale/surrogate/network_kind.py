"""What all networks share as kinds of surrogates: a training, and paths of one length."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from hammerscale.keys import FromData
from hammerscale.kinds import SurrogateKind
from hammerscale.surrogate.training.settings import Training
from hammerscale.surrogate.training_request import Order

if TYPE_CHECKING:
    from hammerscale.surrogate.socket import FittedSurrogate, Histories, Split

OwnTraining = Annotated[Training, FromData("how it is trained, with the folder of its checkpoints")]


@dataclass(frozen=True, kw_only=True)
class NetworkKind(SurrogateKind):
    """A network before its training; kinds give `training` a default of their own."""

    is_network: ClassVar[bool] = True

    training: OwnTraining
    duration_s: Annotated[float | None, FromData("physical length of the paths [s]; a law needs it")] = None

    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Self:
        """Return the network with the training that an order asks for (see `SurrogateKind.make`)."""
        training = replace(self.training, **order.training_changes(checkpoints))  # type: ignore[arg-type]
        return replace(self, training=training, duration_s=duration_s)

    def fit(self, data: Histories, split: Split, seed: int) -> FittedSurrogate:
        """Return the network trained on `split.train`; equal arguments give equal models."""
        raise NotImplementedError
