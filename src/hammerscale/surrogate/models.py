"""Exported models by kind, loaded without the code that trained them."""

from pathlib import Path

from hammerscale.errors import InputError
from hammerscale.registry import SURROGATES
from hammerscale.surrogate.model_checks import require_whole
from hammerscale.surrogate.model_folder import read_model
from hammerscale.surrogate.socket import FittedSurrogate


def load_model(folder: str | Path) -> FittedSurrogate:
    """Return the model of an exported folder, ready to predict."""
    model = read_model(Path(folder))
    if model.kind not in SURROGATES:
        raise InputError(
            f"{folder} holds a surrogate of kind {model.kind!r}, which this version does not know",
            remedy=f"known kinds: {', '.join(SURROGATES)}",
        )
    try:
        require_whole(model)
        fitted: FittedSurrogate = SURROGATES[model.kind].load(model)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{folder} is no model of kind {model.kind!r} this version can load ({type(error).__name__}: {error})",
            remedy="export it again with this version",
        ) from error
    return fitted
