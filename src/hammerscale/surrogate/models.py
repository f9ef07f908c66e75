"""Exported models by kind, loaded without the code that trained them."""

from collections.abc import Callable
from pathlib import Path

from hammerscale.errors import InputError
from hammerscale.surrogate import elastic, embedded_crystals, gru, linear_map, nearest, operator, pca_net, pressure
from hammerscale.surrogate.model_checks import require_whole
from hammerscale.surrogate.model_folder import ModelFile, read_model
from hammerscale.surrogate.surrogate import FittedSurrogate

LOADERS: dict[str, Callable[[ModelFile], FittedSurrogate]] = {
    pressure.KIND: pressure.load_pressure,
    elastic.KIND: elastic.load_elastic,
    nearest.KIND: nearest.load_nearest,
    linear_map.KIND: linear_map.load_linear,
    pca_net.KIND: pca_net.load_pca_net,
    operator.KIND: operator.load_operator,
    gru.KIND: gru.load_gru,
    embedded_crystals.KIND: embedded_crystals.load_crystals,
}


def load_model(folder: Path) -> FittedSurrogate:
    """Return the model of an exported folder, ready to predict."""
    model = read_model(folder)
    if model.kind not in LOADERS:
        raise InputError(
            f"{folder} holds a surrogate of kind {model.kind!r}, which this version does not know",
            remedy=f"known kinds: {', '.join(LOADERS)}",
        )
    try:
        require_whole(model)
        return LOADERS[model.kind](model)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{folder} is no model of kind {model.kind!r} this version can load ({type(error).__name__}: {error})",
            remedy="export it again with this version",
        ) from error
