"""The dense network of the kernels against plain NumPy, and the bits of a point in any company."""

from itertools import pairwise

import numpy as np
import pytest

from hammerscale.surrogate.pca_net.dense_kernels import LANES, TILE, evaluate_layers, packed

SCALE, SLOPE = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


def layers(sizes, dtype, seed=0):
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal((a, b)) / np.sqrt(a) for a, b in pairwise(sizes)]
    biases = [0.3 * rng.standard_normal(b) for b in sizes[1:]]
    return [tuple(array.astype(dtype) for array in arrays) for arrays in (weights, biases)]


def plain(inputs, weights, biases):
    """Return what the network answers, in double precision."""
    hidden = inputs.astype(np.float64)
    for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        hidden = hidden @ weight.astype(np.float64) + bias
        if k < len(weights) - 1:
            hidden = SCALE * np.where(hidden > 0, hidden, SLOPE * (np.exp(np.minimum(hidden, 0)) - 1))
    return hidden


def answer(inputs, weights, biases):
    outputs = np.full((len(inputs), biases[-1].size), np.nan, inputs.dtype)
    evaluate_layers(inputs, *packed(weights, biases), outputs)
    return outputs


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-6), (np.float64, 1e-12)])
@pytest.mark.parametrize("sizes", [(7, 5, 30, 11), (300, 290, 3, 290), (12, 24, 24, 12)])
def test_layers_of_any_size_equal_plain_numpy(sizes, dtype, tolerance):
    weights, biases = layers(sizes, dtype)
    inputs = np.random.default_rng(1).standard_normal((5, sizes[0])).astype(dtype)
    expected = plain(inputs, weights, biases)
    error = answer(inputs, weights, biases) - expected
    assert np.linalg.norm(error) <= tolerance * np.linalg.norm(expected)


def test_a_point_gets_the_same_bits_in_any_company():
    weights, biases = layers((9, 20, 20, 8), np.float32)
    inputs = np.random.default_rng(1).standard_normal((2 * LANES + 3, 9)).astype(np.float32)
    together = answer(inputs, weights, biases)
    for row in (0, LANES - 1, LANES, 2 * LANES + 2):
        np.testing.assert_array_equal(answer(inputs[row : row + 1], weights, biases)[0], together[row])


def test_no_points_are_no_answers():
    weights, biases = layers((9, 20, 20, 8), np.float32)
    assert answer(np.empty((0, 9), np.float32), weights, biases).shape == (0, 8)


def test_packed_layers_are_whole_tiles_filled_up_with_zeros():
    weights, biases = layers((7, 13), np.float64)
    (matrix,), (offset,) = packed(weights, biases)
    assert matrix.shape == (2 * TILE, TILE)
    np.testing.assert_array_equal(matrix[:13, :7], weights[0].T)
    assert np.count_nonzero(matrix) == weights[0].size
    np.testing.assert_array_equal(offset, np.pad(biases[0], (0, 11)))
