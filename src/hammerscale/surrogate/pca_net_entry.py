"""The published network as a kind of surrogate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge, Le

from hammerscale.keys import Integer, Meaning, Modes, Switch, Width
from hammerscale.kinds import SurrogateKind
from hammerscale.surrogate.order import Order

if TYPE_CHECKING:
    from hammerscale.surrogate.model_folder import ModelFile
    from hammerscale.surrogate.surrogate import FittedSurrogate, Surrogate


@dataclass(frozen=True, kw_only=True)
class PcaNetKind(SurrogateKind):
    """The published network between principal components in time."""

    whole_paths: ClassVar[bool] = True
    is_network: ClassVar[bool] = True
    law: ClassVar[str] = "hammerscale.laws.exported:pca_net_law"
    point_us: ClassVar[float | None] = 20.0
    # 1,560 s for 3,200 paths and 500 epochs.
    epochs: ClassVar[int] = 500
    path_s: ClassVar[float] = 1.0e-3

    modes: Annotated[Modes, Meaning("modes per component: published are 32 in the plane, 60 or 100 in 3-D")] = 60
    width: Annotated[Width, Meaning("units of a hidden layer")] = 1000
    layers: Annotated[Integer, Ge(1), Le(100), Meaning("hidden layers")] = 4
    subtract_mean: Annotated[Switch, Meaning("whether the mean history goes first; published is false")] = False
    quadrature: Annotated[
        Switch, Meaning("whether samples are weighted by the trapezoidal rule; published is false")
    ] = False

    def make(self, order: Order, checkpoints: Path, duration_s: float | None) -> Surrogate:
        """Return the network before its training (see `SurrogateKind.make`)."""
        from hammerscale.surrogate.training.pca_net import PUBLISHED_TRAINING, PcaNet

        training = replace(PUBLISHED_TRAINING, **order.training_changes(checkpoints))  # type: ignore[arg-type]
        return PcaNet(training=training, duration_s=duration_s, **self.keys())

    @staticmethod
    def load(model: ModelFile) -> FittedSurrogate:
        """Return the model that was exported."""
        from hammerscale.surrogate.pca_net import load_pca_net

        return load_pca_net(model)
