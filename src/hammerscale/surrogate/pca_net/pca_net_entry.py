"""The published network before its training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge, Le

from hammerscale.keys import Integer, Meaning, Modes, Switch, Width
from hammerscale.surrogate.network_kind import NetworkKind, OwnTraining
from hammerscale.surrogate.training.settings import Training

if TYPE_CHECKING:
    from hammerscale.surrogate.model_folder import ModelFile
    from hammerscale.surrogate.pca_net.pca_net_model import FittedPcaNet
    from hammerscale.surrogate.socket import Histories, Split

# As the authors trained in two dimensions; they took up to 1,500 epochs in three.
PUBLISHED_TRAINING = Training(epochs=500, batch=16, learning_rate=1e-4, final_learning_rate=1e-6)
MOST_LAYERS = 1000


@dataclass(frozen=True, kw_only=True)
class PcaNet(NetworkKind):
    """The published network between principal components in time."""

    whole_paths: ClassVar[bool] = True
    law: ClassVar[str] = "hammerscale.laws.exported:pca_net_law"
    point_us: ClassVar[float | None] = 20.0
    # 1,560 s for 3,200 paths and 500 epochs.
    epochs: ClassVar[int] = PUBLISHED_TRAINING.epochs
    path_s: ClassVar[float] = 1.0e-3

    modes: Annotated[Modes, Meaning("modes per component: published are 32 in the plane, 60 or 100 in 3-D")] = 60
    width: Annotated[Width, Meaning("units of a hidden layer")] = 1000
    layers: Annotated[Integer, Ge(1), Le(100), Meaning("hidden layers")] = 4
    subtract_mean: Annotated[
        Switch,
        Meaning("whether the mean history is subtracted first; the published network has false"),
    ] = False
    quadrature: Annotated[
        Switch, Meaning("whether samples are weighted by the trapezoidal rule; the published network has false")
    ] = False
    training: OwnTraining = PUBLISHED_TRAINING

    def fit(self, data: Histories, split: Split, seed: int) -> FittedPcaNet:
        """Return the network trained on `split.train`."""
        from hammerscale.surrogate.pca_net.pca_net_training import fit_pca_net

        return fit_pca_net(self, data, split, seed)

    @staticmethod
    def check(model: ModelFile) -> None:
        """Refuse a model whose numbers or shapes the kernels could not take."""
        from hammerscale.surrogate.model_checks import reduction_size, require_positive, require_shapes

        inputs, outputs = (reduction_size(model.arrays, side) for side in ("strain", "stress"))
        for name in ("strain_scale", "stress_scale"):
            require_positive(model.document[name], name)
        layers = int(str(model.document["layers"]))
        if not 1 <= layers <= MOST_LAYERS:
            raise ValueError(f"it has {layers} layers, not 1 to {MOST_LAYERS}")
        shapes = {f"weight{i}": f"w{i} w{i + 1}" for i in range(layers)}
        shapes |= {f"bias{i}": f"w{i + 1}" for i in range(layers)}
        require_shapes(model.arrays, shapes, {"w0": inputs, f"w{layers}": outputs})

    @staticmethod
    def load(model: ModelFile) -> FittedPcaNet:
        """Return the network that was exported."""
        from hammerscale.surrogate.pca_net.pca_net_model import load_pca_net

        return load_pca_net(model)
