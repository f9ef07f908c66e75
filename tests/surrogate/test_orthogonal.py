"""The optimiser of the operator: what its steps are, and that it descends."""

import numpy as np
import pytest
import torch

from hammerscale.surrogate.training.orthogonal import MATRIX_STEP, OrthogonalAdam, orthogonal


@pytest.mark.parametrize("shape", [(6, 6), (4, 9), (12, 5)])
def test_all_directions_of_a_matrix_get_steps_of_about_the_same_length(shape):
    torch.manual_seed(0)
    matrix = torch.randn(shape, dtype=torch.float64)
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    stretched = left @ torch.diag(torch.logspace(0, -1.5, min(shape), dtype=torch.float64)) @ right
    values = torch.linalg.svdvals(orthogonal(stretched))
    assert values.max() < 1.25
    assert values.min() > 0.6
    inside = left.T @ orthogonal(stretched) @ right.T
    torch.testing.assert_close(inside, torch.diag(torch.diag(inside)), atol=1e-10, rtol=0)


def test_vectors_follow_adam():
    ours, theirs = (torch.nn.Parameter(torch.linspace(-1, 1, 7, dtype=torch.float64)) for _ in range(2))
    optimizers = OrthogonalAdam([], [ours], 1e-2), torch.optim.Adam([theirs], lr=1e-2)
    for _ in range(20):
        for parameter, optimizer in zip((ours, theirs), optimizers, strict=True):
            optimizer.zero_grad()
            (parameter.exp() + parameter**4).sum().backward()
            optimizer.step()
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-14)


def test_a_matrix_moves_by_the_learning_rate_in_every_direction():
    matrix = torch.nn.Parameter(torch.zeros(3, 3, dtype=torch.float64))
    optimizer = OrthogonalAdam([matrix], [], 1e-3)
    (matrix * torch.diag(torch.tensor([1.0, 0.5, 0.2], dtype=torch.float64))).sum().backward()
    optimizer.step()
    moved = -torch.diag(matrix.detach()).numpy() / (MATRIX_STEP * 1e-3)
    np.testing.assert_allclose(moved, 1.0, atol=0.35)


def test_an_ill_conditioned_problem_is_solved():
    torch.manual_seed(1)
    goal, scales = torch.randn(8, 8), torch.logspace(0, -2, 8)
    matrix, bias = torch.nn.Parameter(torch.zeros(8, 8)), torch.nn.Parameter(torch.zeros(8))
    optimizer = OrthogonalAdam([matrix], [bias], 1e-2)
    losses = []
    for k in range(300):
        for group in optimizer.param_groups:
            group["lr"] = 1e-2 * (1 - k / 300)
        optimizer.zero_grad()
        loss = (((matrix - goal) * scales) ** 2).sum() + (bias - 1).square().sum()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 1e-2 * losses[0]
