"""What a model that anybody may have written must hold before a kernel sees it: kernels trust shapes and numbers.

Every fault is a `KeyError`, `TypeError` or `ValueError`, of which the loaders of models make one error.
"""

import math
from collections.abc import Mapping

import numpy as np

from hammerscale.arrays import Array
from hammerscale.registry import SURROGATES
from hammerscale.surrogate.features import load_features
from hammerscale.surrogate.model_folder import ModelFile


def require_whole(model: ModelFile) -> None:
    """Refuse a model of a known kind whose numbers, shapes or types its kernels could not take."""
    if (duration := model.document.get("duration_s")) is not None:
        require_positive(duration, "duration_s")
    SURROGATES[model.kind].check(model)


def require_moduli(model: ModelFile) -> None:
    """Refuse moduli [Pa] that are no finite numbers."""
    for name, value in model.document.items():
        if name.endswith("_pa"):
            _finite(value, name)


def frame_sizes(model: ModelFile) -> dict[str, int]:
    """Return the sizes of features and targets of a frame whose numbers can be divided by."""
    document = model.document["frame"]
    if not isinstance(document, Mapping):
        raise TypeError("frame is no mapping")
    for name, value in document.items():
        if name == "kind":
            continue
        numbers = np.array(value, dtype=np.float64)
        if not np.isfinite(numbers).all() or (name.endswith("_scale") and not (numbers > 0.0).all()):
            raise ValueError(f"{name} of its frame is {value}")
    frame = load_features(document)
    if document["kind"] == "generic":
        generic = {name: np.array(document[name], dtype=np.float64) for name in ("rest", "strain_scale", "stiffness")}
        require_shapes(generic, {"rest": "f", "strain_scale": "f", "stiffness": "f o"}, {})
    features, targets = frame.sizes
    return {"f": features, "o": targets}


def reduction_size(arrays: Mapping[str, Array], side: str) -> int:
    """Return the coefficients of a whole reduction."""
    shapes = {f"{side}_times": "t", f"{side}_modes": "c k t", f"{side}_mean": "c t"}
    sizes = require_shapes(arrays, shapes, {})
    require_rising(arrays[f"{side}_times"], f"{side}_times")
    if arrays[f"{side}_quadrature"].shape != (1,):
        raise ValueError(f"'{side}_quadrature' is not one truth value")
    return sizes["c"] * sizes["k"]


def require_shapes(arrays: Mapping[str, Array], shapes: Mapping[str, str], known: Mapping[str, int]) -> dict[str, int]:
    """Return the size of every letter, or refuse arrays that contradict each other or differ in precision."""
    sizes = dict(known)
    first = arrays[next(iter(shapes))].dtype
    for name, wanted in shapes.items():
        array, dimensions = arrays[name], wanted.split()
        if array.dtype != first or first not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise ValueError(f"'{name}' is of type {array.dtype}, not in single or double precision like the others")
        if array.ndim != len(dimensions) or 0 in array.shape:
            raise ValueError(f"'{name}' has shape {array.shape}, not ({wanted})")
        for dimension, size in zip(dimensions, array.shape, strict=True):
            factor, letter = (int(dimension[0]), dimension[1:]) if dimension[0].isdigit() else (1, dimension)
            expected = factor * sizes.setdefault(letter, size // factor) if letter else factor
            if size != expected:
                raise ValueError(f"'{name}' has shape {array.shape}, expected {expected} instead of {size}")
    return sizes


def require_rising(times: Array, name: str) -> None:
    """Refuse times that do not rise strictly."""
    if times.size < 2 or not (np.diff(times) > 0.0).all():
        raise ValueError(f"'{name}' does not rise strictly")


def _finite(value: object, name: str) -> float:
    number = float(str(value))
    if not math.isfinite(number):
        raise ValueError(f"{name} is {number}")
    return number


def require_positive(value: object, name: str) -> float:
    """Return a number above zero, or refuse it."""
    number = _finite(value, name)
    if number <= 0.0:
        raise ValueError(f"{name} is {number}, not above zero")
    return number
