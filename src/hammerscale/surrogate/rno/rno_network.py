"""The recurrent neural operator as a torch module: the equations of `surrogate.operator` with gradients."""

import math

import torch
from torch import Tensor, nn

from hammerscale.microstructure.symmetry import Axis
from hammerscale.surrogate.rno.rno_equation import SLOW_FLOW, OperatorWeights, relaxed
from hammerscale.surrogate.rno.rno_scan import CompiledScan
from hammerscale.surrogate.training.batches import Tensors
from hammerscale.surrogate.training.orthogonal import OrthogonalAdam
from hammerscale.surrogate.training.tensors import history_errors, random_rotations

# Relaxation rates at the start, per unit of normalised time: from slow hardening to quick viscous flow.
SLOWEST_RATE, FASTEST_RATE = 0.1, 200.0
# A coarser grid in the first part of the training costs less; (fraction of the training, every n-th sample).
COARSENING = ((0.4, 4), (0.75, 2))
FEWEST_STEPS = 25


class OperatorNetwork(nn.Module):
    """Internal variables driven by features, and a readout; equations in `hammerscale.surrogate.rno.rno_model`.

    Parameters
    ----------
    features, targets : sizes of both sides
    states : number of internal variables
    width, readout_width : hidden units of the rates and of the readout
    usual_rate : root mean square of |dx/dt|, per unit of normalised time
    turned_until : fraction of the training in which paths are turned at random; only for deviatoric coordinates
    cuts : steps of the integration per sample, paths being straight between samples
    axis : unit axis that paths are turned about, None for all rotations of space
    """

    turning: Tensor

    def __init__(
        self,
        features: int,
        targets: int,
        states: int,
        width: int,
        readout_width: int,
        usual_rate: float = 1.0,
        turned_until: float = 0.0,
        cuts: int = 1,
        axis: Axis | None = None,
    ) -> None:
        super().__init__()
        self.usual_rate, self.turned_until, self.cuts, self.axis = usual_rate, turned_until, cuts, axis
        # Part of the state, so that a training that turned its paths otherwise is not gone on with.
        self.register_buffer("turning", torch.tensor([turned_until, *(axis or (0.0, 0.0, 0.0))], dtype=torch.float64))
        self.states = states
        self.hidden1 = nn.Linear(states, width)
        self.entrance = nn.Linear(features, width, bias=False)
        self.hidden2 = nn.Linear(width, width)
        self.rates = nn.Linear(width, 2 * states, bias=False)
        self.drive = nn.Linear(features, states, bias=False)
        rates = torch.linspace(math.log(SLOWEST_RATE), math.log(FASTEST_RATE), states)
        self.log_rate, self.log_wear = nn.Parameter(rates), nn.Parameter(rates - math.log(usual_rate))
        self.readout1 = nn.Linear(states, readout_width)
        self.readout2 = nn.Linear(readout_width, targets, bias=False)
        self.direct = nn.Linear(states, targets, bias=False)

    def forward(self, times: Tensor, features: Tensor) -> Tensor:
        """Return targets (b, t, o) at `times` (t,) for features (b, t, f)."""
        run = self.compiled_states if features.device.type == "cpu" else self.recorded_states
        states = run(cut(times[None, :, None], self.cuts)[0, :, 0], cut(features, self.cuts))[:, :: self.cuts]
        hidden = activation(self.readout1(states)) - activation(self.readout1.bias)
        return self.readout2(hidden) + self.direct(states)

    def compiled_states(self, times: Tensor, features: Tensor) -> Tensor:
        """Return the states (b, t, s) by compiled loops on the CPU, with gradients by hand."""
        drive = features.transpose(0, 1), times.diff(), *self.pace(times, features)
        history = CompiledScan.apply(*drive, *self.weights())  # type: ignore[no-untyped-call]
        return torch.as_tensor(history).transpose(0, 1)

    def recorded_states(self, times: Tensor, features: Tensor) -> Tensor:
        """Return the same states by torch operations, on any device."""
        driven, steps = self.drive(features.diff(dim=1)), times.diff()
        flow, lengths = self.pace(times, features)
        entered = self.entrance(flow)
        state = torch.zeros_like(driven[:, 0])
        states = [state]
        for k in range(driven.shape[1]):
            pace = steps[k] * self.log_rate.exp() + lengths[k, :, None] * self.log_wear.exp()
            state = self.step(state, driven[:, k], pace, entered[k])
            states.append(state)
        return torch.stack(states, dim=1)

    def step(self, state: Tensor, driven: Tensor, pace: Tensor, entered: Tensor) -> Tensor:
        """Return the states (b, s) after a step: its middle first, then its end with p and c of the middle."""
        middle = relax(state, self.coefficients(state, entered), 0.5 * driven, 0.5 * pace)
        return relax(state, self.coefficients(middle, entered), driven, pace)

    def pace(self, times: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return flow (t-1, b, f) and path length (t-1, b) of the steps."""
        increments = features.diff(dim=1).transpose(0, 1)
        rate = increments / (self.usual_rate * times.diff()[:, None, None])
        flow = rate / (SLOW_FLOW + rate.square().sum(dim=2, keepdim=True)) ** 0.25
        return flow, increments.norm(dim=2)

    def coefficients(self, state: Tensor, entered: Tensor) -> Tensor:
        """Return p and c (b, 2s) of states (b, s); the flow enters the first layer by `entered` (b, m)."""
        hidden = activation(self.hidden1(state) + entered) - activation(self.hidden1.bias)
        hidden = activation(self.hidden2(hidden)) - activation(self.hidden2.bias)
        return torch.as_tensor(self.rates(hidden))

    def weights(self) -> OperatorWeights[Tensor]:
        """Return the weights as tensors that gradients flow through."""
        return OperatorWeights(
            drive=self.drive.weight,
            rate=self.log_rate.exp(),
            wear=self.log_wear.exp(),
            weight1=self.hidden1.weight,
            entrance=self.entrance.weight,
            bias1=self.hidden1.bias,
            weight2=self.hidden2.weight,
            bias2=self.hidden2.bias,
            weight3=self.rates.weight,
            read1=self.readout1.weight,
            read_bias=self.readout1.bias,
            read2=self.readout2.weight,
            direct=self.direct.weight,
        )

    def optimizer(self, learning_rate: float) -> OrthogonalAdam:
        """Return the optimiser: orthogonal steps between hidden layers, where hundreds of time steps multiply."""
        inner = [layer.weight for layer in (self.hidden1, self.hidden2, self.rates, self.readout1)]
        known = {id(weight) for weight in inner}
        return OrthogonalAdam(inner, [weight for weight in self.parameters() if id(weight) not in known], learning_rate)

    def path_errors(self, batch: Tensors, fraction: float, generator: torch.Generator | None) -> Tensor:
        """Return the relative error (b,) of each path.

        While training, on every n-th sample at first, and on paths turned at random for as long as the settings say.
        """
        times, features, targets = batch[0][0], batch[1], batch[2]
        kept = torch.arange(0, times.numel(), _stride(times.numel() - 1, fraction), device=times.device)
        times, features, targets = times[kept], features[:, kept], targets[:, kept]
        if generator is not None and fraction < self.turned_until:
            turn = random_rotations(len(features), generator, features, self.axis).transpose(1, 2)
            features, targets = features @ turn, targets @ turn
        return history_errors(self(times, features), targets, times)


def _stride(steps: int, fraction: float) -> int:
    for until, stride in COARSENING:
        if fraction < until and steps // stride >= FEWEST_STEPS:
            return stride
    return 1


def cut(histories: Tensor, cuts: int) -> Tensor:
    """Return histories (b, t, f), straight between samples, with each step cut into `cuts`: (b, (t-1) cuts + 1, f)."""
    if cuts == 1:
        return histories
    share = torch.arange(1, cuts + 1, device=histories.device, dtype=histories.dtype)[:, None] / cuts
    inside = histories[:, :-1, None] + histories.diff(dim=1)[:, :, None] * share
    return torch.cat([histories[:, :1], inside.flatten(1, 2)], dim=1)


def activation(z: Tensor) -> Tensor:
    """Return z / √(1 + z²): smooth, bounded, and the same in every vector unit."""
    return z * torch.rsqrt(1.0 + z * z)


def relax(state: Tensor, coefficients: Tensor, driven: Tensor, pace: Tensor) -> Tensor:
    """Return the states (b, s) after a step, from p and c (b, 2s); `driven` and `pace` (b, s) as in `relaxed`."""
    p, c = coefficients.chunk(2, dim=1)
    root = torch.sqrt(1.0 + p * p)
    return torch.as_tensor(relaxed.py_func(state, driven, pace, p, root, c, 1.0))  # type: ignore[no-untyped-call]
