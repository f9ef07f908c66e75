"""One step of the operator's equation as plain Python: the exact solution, stability, and the way back by torch."""

import numpy as np
import pytest
import torch

from hammerscale.surrogate.rno.rno_equation import bounded, bounded_back, relaxed, relaxed_back


def step(state, driven, pace, p, c):
    """Return ξ after a step in plain numbers, or in tensors."""
    root = torch.sqrt(1.0 + p * p) if isinstance(p, torch.Tensor) else np.sqrt(1.0 + p * p)
    return relaxed.py_func(state, driven, pace, p, root, c, 1.0)


def test_a_step_is_the_exponential_decay_to_second_order():
    paces = np.array([0.02, 0.01])
    # Without a raw rate, z is the pace: ξ relaxes from 2 to c = 1 and is driven at g/h = pace times 3.
    exact = 4.0 + (2.0 - 4.0) * np.exp(-paces)
    errors = np.abs(step(2.0, 3.0 * paces, paces, 0.0, 1.0) - exact)
    assert np.log2(errors[0] / errors[1]) == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("pace", [1.0, 1e3, 1e12])
def test_no_pace_carries_a_state_beyond_its_target(pace):
    assert 1.0 <= step(2.0, 0.0, pace, 0.7, 1.0) <= 2.0


def test_the_way_back_is_that_of_torch():
    numbers = np.random.default_rng(0).standard_normal((5, 20))
    numbers[2] = np.abs(numbers[2])
    tensors = [torch.tensor(row, requires_grad=True) for row in numbers]
    down = torch.linspace(-1.0, 2.0, 20, dtype=torch.float64)
    step(*tensors).backward(down)
    state, driven, pace, p, c = numbers
    found = relaxed_back.py_func(down.numpy(), state, driven, pace, p, np.sqrt(1.0 + p * p), c, 1.0)
    for tensor, gradient in zip(tensors, found, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad, rtol=1e-12, atol=1e-13)


def test_the_slope_of_the_activation_is_that_of_differences():
    v = np.linspace(-3.0, 3.0, 13)
    a = bounded.py_func(v, 1.0)
    slope = (bounded.py_func(v + 1e-6, 1.0) - bounded.py_func(v - 1e-6, 1.0)) / 2e-6
    np.testing.assert_allclose(bounded_back.py_func(2.0, a, 1.0), 2.0 * slope, atol=1e-9)
