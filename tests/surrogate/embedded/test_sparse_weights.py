"""Sparse weights: non-negative, with sum 1, optimal, and those of a sparse mixture where there is one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammerscale.surrogate.embedded.sparse_weights import gram, non_negative, sparse_weights


def test_a_sparse_mixture_is_found_with_its_weights():
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(400, 60))
    chosen, weights = sparse_weights(*gram(columns, columns[:, [3, 17, 40]] @ [0.5, 0.2, 0.3]), 10)
    order = np.argsort(-weights)[:3]
    np.testing.assert_array_equal(chosen[order], [3, 40, 17])
    np.testing.assert_allclose(weights[order], [0.5, 0.3, 0.2], atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), columns=st.integers(2, 40), size=st.integers(1, 12))
def test_weights_are_positive_have_sum_one_and_are_not_too_many(seed, columns, size):
    rng = np.random.default_rng(seed)
    chosen, weights = sparse_weights(*gram(rng.normal(size=(50, columns)), rng.normal(size=50)), size)
    assert 1 <= chosen.size <= size
    assert (weights > 0.0).all()
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert (np.diff(chosen) > 0).all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), columns=st.integers(2, 30))
def test_no_change_of_a_weight_improves_the_solution(seed, columns):
    rng = np.random.default_rng(seed)
    matrix, right = gram(rng.normal(size=(60, columns)), rng.normal(size=60))
    weights = non_negative(matrix, right)
    slope = matrix @ weights - right
    scale = np.abs(right).max()
    np.testing.assert_allclose(slope[weights > 0.0], 0.0, atol=1e-8 * scale)
    assert (slope[weights == 0.0] > -1e-8 * scale).all()


def test_of_equal_columns_the_sparse_solution_needs_one():
    rng = np.random.default_rng(1)
    column = rng.normal(size=(100, 1))
    chosen, weights = sparse_weights(*gram(np.repeat(column, 5, axis=1), column[:, 0]), 1)
    assert chosen.size == 1
    np.testing.assert_array_equal(weights, [1.0])
