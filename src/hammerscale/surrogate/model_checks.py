"""What a model that anybody may have written must hold before a kernel sees it: kernels trust shapes and numbers.

Every fault is a `KeyError`, `TypeError` or `ValueError`, of which the loaders of models make one error.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from hammerscale.arrays import Array
from hammerscale.surrogate.baselines import elastic_baseline as elastic
from hammerscale.surrogate.baselines import linear_map, nearest, pressure
from hammerscale.surrogate.embedded import embedded_crystals
from hammerscale.surrogate.features import load_features
from hammerscale.surrogate.gru import gru_model as gru
from hammerscale.surrogate.model_folder import ModelFile
from hammerscale.surrogate.parameter_inputs import load_inputs
from hammerscale.surrogate.pca_net import pca_net_model as pca_net
from hammerscale.surrogate.rno import rno_model as operator

# Sizes by letter, with a factor, as in the docstrings of the weights.
OPERATOR_SHAPES = {
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
GRU_SHAPES = {
    "entrance": "i 3s",
    "entrance_bias": "3s",
    "recurrent": "s 3s",
    "recurrent_bias": "3s",
    "readout": "s o",
    "readout_bias": "o",
}
NEAREST_SHAPES = {"times": "t", "stretch": "n t s", "stress": "n t c"}
CRYSTAL_SHAPES = {"quaternions": "n 4", "weights": "n", "coarse_weights": "n"}
# A path of unit length is cut into at most so many steps.
SMALLEST_STEP = 1e-6
MOST_LAYERS = 1000


def require_whole(model: ModelFile) -> None:
    """Refuse a model whose numbers, shapes or types its kernels could not take; other kinds have nothing to check."""
    if (duration := model.document.get("duration_s")) is not None:
        _positive(duration, "duration_s")
    if check := CHECKS.get(model.kind):
        check(model)


def _require_moduli(model: ModelFile) -> None:
    for name, value in model.document.items():
        if name.endswith("_pa"):
            _finite(value, name)


def _require_operator(model: ModelFile) -> None:
    _require_shapes(model.arrays, OPERATOR_SHAPES, _frame_sizes(model))
    _positive(model.document["usual_rate"], "usual_rate")
    if _positive(model.document["largest_step"], "largest_step") < SMALLEST_STEP:
        raise ValueError(f"largest_step is below {SMALLEST_STEP:g}: a step of a solver would be cut into millions")


def _require_gru(model: ModelFile) -> None:
    sizes = _frame_sizes(model)
    inputs = 2 * sizes["f"] + len(load_inputs(model.document).names)
    _require_shapes(model.arrays, GRU_SHAPES, {**sizes, "i": inputs})
    _positive(model.document["increment_scale"], "increment_scale")


def _require_pca_net(model: ModelFile) -> None:
    arrays, document = model.arrays, model.document
    inputs, outputs = (_reduction_size(arrays, side) for side in ("strain", "stress"))
    for name in ("strain_scale", "stress_scale"):
        _positive(document[name], name)
    layers = int(str(document["layers"]))
    if not 1 <= layers <= MOST_LAYERS:
        raise ValueError(f"it has {layers} layers, not 1 to {MOST_LAYERS}")
    shapes = {f"weight{i}": f"w{i} w{i + 1}" for i in range(layers)}
    shapes |= {f"bias{i}": f"w{i + 1}" for i in range(layers)}
    _require_shapes(arrays, shapes, {"w0": inputs, f"w{layers}": outputs})


def _require_linear(model: ModelFile) -> None:
    inputs, outputs = (_reduction_size(model.arrays, side) for side in ("strain", "stress"))
    parameters = len(load_inputs(model.document).names)
    columns = inputs + parameters + inputs * parameters
    _require_shapes(model.arrays, {"matrix": "p q"}, {"p": columns, "q": outputs})


def _require_nearest(model: ModelFile) -> None:
    _require_shapes(model.arrays, NEAREST_SHAPES, {})
    _require_rising(model.arrays["times"], "times")


def _require_crystals(model: ModelFile) -> None:
    _require_shapes(model.arrays, CRYSTAL_SHAPES, {})
    _positive(model.document["duration_s"], "duration_s")
    if not _positive(model.document["tolerance"], "tolerance") < 1.0:
        raise ValueError("tolerance is not below 1")


CHECKS: Mapping[str, Callable[[ModelFile], None]] = {
    pressure.KIND: _require_moduli,
    elastic.KIND: _require_moduli,
    nearest.KIND: _require_nearest,
    linear_map.KIND: _require_linear,
    pca_net.KIND: _require_pca_net,
    operator.KIND: _require_operator,
    gru.KIND: _require_gru,
    embedded_crystals.KIND: _require_crystals,
}


def _frame_sizes(model: ModelFile) -> dict[str, int]:
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
        _require_shapes(generic, {"rest": "f", "strain_scale": "f", "stiffness": "f o"}, {})
    features, targets = frame.sizes
    return {"f": features, "o": targets}


def _reduction_size(arrays: Mapping[str, Array], side: str) -> int:
    """Return the coefficients of a whole reduction."""
    shapes = {f"{side}_times": "t", f"{side}_modes": "c k t", f"{side}_mean": "c t"}
    sizes = _require_shapes(arrays, shapes, {})
    _require_rising(arrays[f"{side}_times"], f"{side}_times")
    if arrays[f"{side}_quadrature"].shape != (1,):
        raise ValueError(f"'{side}_quadrature' is not one truth value")
    return sizes["c"] * sizes["k"]


def _require_shapes(arrays: Mapping[str, Array], shapes: Mapping[str, str], known: Mapping[str, int]) -> dict[str, int]:
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


def _require_rising(times: Array, name: str) -> None:
    if times.size < 2 or not (np.diff(times) > 0.0).all():
        raise ValueError(f"'{name}' does not rise strictly")


def _finite(value: object, name: str) -> float:
    number = float(str(value))
    if not math.isfinite(number):
        raise ValueError(f"{name} is {number}")
    return number


def _positive(value: object, name: str) -> float:
    number = _finite(value, name)
    if number <= 0.0:
        raise ValueError(f"{name} is {number}, not above zero")
    return number
