"""The recurrent neural operator as a torch module: the equations of `surrogate.operator` with gradients."""

import math

import torch
from torch import Tensor, nn

from hammerscale.surrogate.training.batches import Tensors
from hammerscale.surrogate.training.losses import history_errors
from hammerscale.surrogate.training.operator_scan import CompiledScan
from hammerscale.surrogate.training.rotations import random_rotations

# Relaxation rates at the start, per unit of normalised time: from slow hardening to quick viscous flow.
SLOWEST_RATE, FASTEST_RATE = 0.1, 200.0
# A coarser grid in the first part of the training costs less; (fraction of the training, every n-th sample).
COARSENING = ((0.4, 4), (0.75, 2))
FEWEST_STEPS = 25


class OperatorNetwork(nn.Module):
    """Internal variables driven by features, and a readout; see `hammerscale.surrogate.operator` for the equations.

    Parameters
    ----------
    features, targets : sizes of both sides
    states : number of internal variables
    width, readout_width : hidden units of the rates and of the readout
    turned_until : fraction of the training in which paths are turned at random; only for deviatoric coordinates
    """

    def __init__(
        self, features: int, targets: int, states: int, width: int, readout_width: int, turned_until: float = 0.0
    ) -> None:
        super().__init__()
        self.turned_until = turned_until
        self.states = states
        self.hidden1 = nn.Linear(states, width)
        self.hidden2 = nn.Linear(width, width)
        self.rates = nn.Linear(width, 2 * states, bias=False)
        self.drive = nn.Linear(features, states, bias=False)
        self.log_rate = nn.Parameter(torch.linspace(math.log(SLOWEST_RATE), math.log(FASTEST_RATE), states))
        self.readout1 = nn.Linear(states, readout_width)
        self.readout2 = nn.Linear(readout_width, targets, bias=False)
        self.direct = nn.Linear(states, targets, bias=False)

    def forward(self, times: Tensor, features: Tensor) -> Tensor:
        """Return targets (b, t, o) at `times` (t,) for features (b, t, f)."""
        run = self.compiled_states if features.device.type == "cpu" else self.recorded_states
        states = run(times, features)
        hidden = activation(self.readout1(states)) - activation(self.readout1.bias)
        return self.readout2(hidden) + self.direct(states)

    def compiled_states(self, times: Tensor, features: Tensor) -> Tensor:
        """Return the states (b, t, s) by compiled loops on the CPU, with gradients by hand."""
        history = CompiledScan.apply(  # type: ignore[no-untyped-call]
            features.transpose(0, 1),
            times[1:] - times[:-1],
            self.drive.weight.T,
            self.log_rate.exp(),
            self.hidden1.weight.T,
            self.hidden1.bias,
            self.hidden2.weight.T,
            self.hidden2.bias,
            self.rates.weight.T,
        )
        return torch.as_tensor(history).transpose(0, 1)

    def recorded_states(self, times: Tensor, features: Tensor) -> Tensor:
        """Return the same states by torch operations, on any device."""
        driven = self.drive(features[:, 1:] - features[:, :-1])
        steps = times[1:] - times[:-1]
        rate = self.log_rate.exp()
        state = torch.zeros_like(driven[:, 0])
        states = [state]
        for k in range(driven.shape[1]):
            middle = relax(state, self.coefficients(state), 0.5 * driven[:, k], 0.5 * steps[k] * rate)
            state = relax(state, self.coefficients(middle), driven[:, k], steps[k] * rate)
            states.append(state)
        return torch.stack(states, dim=1)

    def coefficients(self, state: Tensor) -> Tensor:
        """Return p and c (b, 2s) of states (b, s)."""
        hidden = activation(self.hidden1(state)) - activation(self.hidden1.bias)
        hidden = activation(self.hidden2(hidden)) - activation(self.hidden2.bias)
        return torch.as_tensor(self.rates(hidden))

    def path_errors(self, batch: Tensors, fraction: float, generator: torch.Generator | None) -> Tensor:
        """Return the relative error (b,) of each path.

        While training, on every n-th sample at first, and on paths turned at random for as long as the settings say.
        """
        times, features, targets = batch[0][0], batch[1], batch[2]
        kept = torch.arange(0, times.numel(), _stride(times.numel() - 1, fraction), device=times.device)
        times, features, targets = times[kept], features[:, kept], targets[:, kept]
        if generator is not None and fraction < self.turned_until:
            turn = random_rotations(len(features), generator, features).transpose(1, 2)
            features, targets = features @ turn, targets @ turn
        return history_errors(self(times, features), targets, times)


def _stride(steps: int, fraction: float) -> int:
    for until, stride in COARSENING:
        if fraction < until and steps // stride >= FEWEST_STEPS:
            return stride
    return 1


def activation(z: Tensor) -> Tensor:
    """Return z / √(1 + z²): smooth, bounded, and the same in every vector unit."""
    return z * torch.rsqrt(1.0 + z * z)


def relax(state: Tensor, coefficients: Tensor, driven: Tensor, steps: Tensor) -> Tensor:
    """Return the states (b, s) after a step; `steps` is step times rate scale (s,), see `operator_kernels.relax`."""
    p, c = coefficients.chunk(2, dim=1)
    z = steps * (p + torch.sqrt(1.0 + p * p))
    gain = 1.0 + 0.5 * z
    return (state + (driven + z * c) * gain) / (1.0 + z * gain)
