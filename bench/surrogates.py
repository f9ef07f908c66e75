"""Cost of exported surrogates, one core: µs per point (a whole path) or per point and step.

Run `OPENBLAS_NUM_THREADS=1 taskset -c 1 python bench/surrogates.py`. Weights are random: cost does not depend on what
was learned.
"""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from hammerscale.surrogate.features import TensorFeatures
from hammerscale.surrogate.gru.gru_model import FittedGru
from hammerscale.surrogate.gru.gru_training import GruNetwork, gru_weights
from hammerscale.surrogate.pca_net.onnx_graph import dense_graph
from hammerscale.surrogate.pca_net.pca import Reduction
from hammerscale.surrogate.pca_net.pca_net_training import DenseNetwork, fitted_pca_net
from hammerscale.surrogate.rno.rno_model import FittedOperator
from hammerscale.surrogate.rno.rno_network import OperatorNetwork
from hammerscale.surrogate.rno.rno_training import operator_weights

POINTS = 3000
REPEATS = 7
FRAME = TensorFeatures(48e9, 0.09, 2.5e8, 0.05, 5.0)


def best_time(call: Callable[[], object]) -> float:
    """Return the shortest CPU time of a call [s], the first one left out."""
    call()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def report(name: str, seconds: float, unit: str) -> None:
    print(f"{name:58s} {1e6 * seconds / POINTS:8.2f} µs per {unit}")


def bench_steps() -> None:
    rng = np.random.default_rng(0)
    start = rng.standard_normal((POINTS, 5))
    end = start + 0.02 * rng.standard_normal((POINTS, 5))
    torch.manual_seed(0)
    models = {
        f"rno, {states} states, width {width}, {substeps} sub-step(s)": FittedOperator(
            FRAME, operator_weights(OperatorNetwork(5, 5, states, width, 64)), 0.005 / substeps, 10.0, None
        )
        for states, width in ((16, 64), (32, 96))
        for substeps in (1, 2)
    }
    unit = FittedGru(FRAME, gru_weights(GruNetwork(5, 5, 64, 1.0)), 1.0, None)
    for name, model in {**models, "gru, 64 units": unit}.items():
        state = 0.1 * rng.standard_normal((POINTS, model.states))
        call = partial(model.advance, state, start, end, 0.005, np.empty_like(state))
        report(name, best_time(call), "point and step")


def bench_paths() -> None:
    times = np.linspace(0.0, 1.0, 201)
    modes = np.linalg.qr(np.random.default_rng(0).standard_normal((201, 100)))[0].T
    reduction = Reduction(times, np.broadcast_to(modes, (6, 100, 201)).copy(), np.zeros((6, 201)), False)
    network = DenseNetwork(600, 600, 1000, 4)
    fitted = fitted_pca_net(network, reduction, reduction)
    inputs = np.random.default_rng(1).standard_normal((POINTS, 600)).astype(np.float32)
    report("pca_net 600-4x1000-600, export", best_time(lambda: fitted.coefficients(inputs)), "point")
    torch.set_num_threads(1)
    tensor = torch.from_numpy(inputs)
    with torch.no_grad():
        report("pca_net 600-4x1000-600, torch", best_time(lambda: network(tensor)), "point")
    graph = dense_graph(fitted.weights, fitted.biases)
    if graph is not None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(graph, options)
        seconds = best_time(lambda: session.run(["outputs"], {"inputs": inputs}))
        report("pca_net 600-4x1000-600, onnxruntime", seconds, "point")


if __name__ == "__main__":
    bench_steps()
    bench_paths()
