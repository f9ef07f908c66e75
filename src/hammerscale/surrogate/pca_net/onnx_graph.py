"""A dense network as an ONNX graph, so that onnxruntime, the fastest evaluator at hand, can run it."""

import logging
from importlib.util import find_spec

import numpy as np

from hammerscale.arrays import Floats

LOG = logging.getLogger(__name__)
# Old enough for every runtime of the last years, new enough for Selu in both precisions.
OPERATOR_SET = 13
IR_VERSION = 8
# Constants of the scaled exponential linear unit (Klambauer et al. 2017).
SELU_SCALE, SELU_SLOPE = 1.0507009873554805, 1.6732632423543772
SELU_CONSTANTS = {"zero": 0.0, "one": 1.0, "scale": SELU_SCALE, "slope": SELU_SLOPE}


def dense_graph(weights: tuple[Floats, ...], biases: tuple[Floats, ...]) -> bytes | None:
    """Return the serialised graph coefficients → coefficients, None (and a line in the log) where onnx is missing.

    Parameters
    ----------
    weights, biases : layers, (inputs, outputs) and (outputs,), with a scaled exponential linear unit between them
    """
    if find_spec("onnx") is None:
        LOG.info("onnx is not installed: the export has no ONNX graph")
        return None
    from onnx import helper, numpy_helper

    dtype = weights[0].dtype
    element = helper.np_dtype_to_tensor_dtype(dtype)
    double = dtype == np.float64
    named = SELU_CONSTANTS if double else {}
    constants = [numpy_helper.from_array(np.array(value, dtype), name) for name, value in named.items()]
    nodes = []
    current = "inputs"
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        constants += [numpy_helper.from_array(array, f"{name}{i}") for name, array in (("w", weight), ("b", bias))]
        last = i == len(weights) - 1
        nodes.append(helper.make_node("Gemm", [current, f"w{i}", f"b{i}"], ["outputs" if last else f"z{i}"]))
        if not last:
            nodes += [helper.make_node(*step) for step in _unit(i, double)]
        current = f"h{i}"
    ends = [
        helper.make_tensor_value_info(name, element, ["points", size])
        for name, size in (("inputs", weights[0].shape[0]), ("outputs", weights[-1].shape[1]))
    ]
    graph = helper.make_graph(nodes, "dense", [ends[0]], [ends[1]], constants)
    versions = [helper.make_opsetid("", OPERATOR_SET)]
    model = helper.make_model(graph, opset_imports=versions, ir_version=IR_VERSION)
    return bytes(model.SerializeToString())


def _unit(i: int, double: bool) -> list[tuple[str, list[str], list[str]]]:
    """Return the operators, inputs and outputs that turn z into h: one in single precision, its parts in double.

    onnxruntime has no Selu in double precision.
    """
    if not double:
        return [("Selu", [f"z{i}"], [f"h{i}"])]
    return [
        ("Max", [f"z{i}", "zero"], [f"positive{i}"]),
        ("Min", [f"z{i}", "zero"], [f"negative{i}"]),
        ("Exp", [f"negative{i}"], [f"power{i}"]),
        ("Sub", [f"power{i}", "one"], [f"decay{i}"]),
        ("Mul", [f"decay{i}", "slope"], [f"below{i}"]),
        ("Add", [f"positive{i}", f"below{i}"], [f"unscaled{i}"]),
        ("Mul", [f"unscaled{i}", "scale"], [f"h{i}"]),
    ]
