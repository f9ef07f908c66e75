"""Cost of one step of training the recurrent operator, one core: the adjoint by hand against what torch does.

Run `taskset -c 1 python bench/operator_training.py`. A step is 40 paths of 201 samples, forward and back, at the sizes
of the default campaign. The adjoint is worth its lines while it is the fastest of the rows.
"""

import time
from collections.abc import Callable

import torch
from torch import Tensor

from hammerscale.surrogate.rno.rno_network import OperatorNetwork

PATHS, SAMPLES, REPEATS = 40, 201, 5
SIZES = 5, 5, 32, 96, 64


def best_time(call: Callable[[], object]) -> float:
    """Return the shortest CPU time of a call [s], the first one left out."""
    call()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def step(network: OperatorNetwork, run: Callable[[Tensor, Tensor], Tensor], times: Tensor, features: Tensor) -> None:
    """Go forward and back once."""
    network.zero_grad()
    run(times, features).square().mean().backward()


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network, compiled = OperatorNetwork(*SIZES), OperatorNetwork(*SIZES)
    times, features = torch.linspace(0.0, 1.0, SAMPLES), 0.1 * torch.randn(PATHS, SAMPLES, 5).cumsum(1)
    compiled.step = torch.compile(compiled.step, dynamic=False)  # type: ignore[method-assign]
    rows = {
        "adjoint by hand (compiled_states)": (network, network.compiled_states),
        "torch autograd (recorded_states)": (network, network.recorded_states),
        "torch.compile of the step, autograd around it": (compiled, compiled.recorded_states),
    }
    for name, (owner, run) in rows.items():
        seconds = best_time(lambda owner=owner, run=run: step(owner, run, times, features))
        print(f"{name:50s} {1e3 * seconds:8.1f} ms per step")


if __name__ == "__main__":
    main()
