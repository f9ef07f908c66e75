import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.crystal.backend.symbols import Symbol
from hammerscale.crystal.sparse_map import combination, linear_map

# Few distinct entries, so that paired rows and columns occur often.
entries = st.sampled_from([0.0, 1.0, -1.0, 0.5, -0.5, 0.3])


@given(st.integers(1, 5), st.integers(1, 6), st.data())
def test_map_equals_the_matrix_product(rows, columns, data):
    size = rows * columns
    matrix = np.array(data.draw(st.lists(entries, min_size=size, max_size=size))).reshape(rows, columns)
    x = np.random.default_rng(1).normal(size=columns)
    np.testing.assert_allclose(linear_map(matrix, x.tolist()), matrix @ x, atol=1e-14)


def test_zeros_and_ones_leave_no_products():
    body = []
    combination(np.array([1.0, 0.0, -1.0]), [Symbol(name, body) for name in "abc"])
    assert body == ["x0 = a - c"]


def test_symmetric_pair_is_summed_once():
    body = []
    linear_map(np.array([[0.5, 0.5], [0.3, -0.3]]), [Symbol(name, body) for name in "ab"])
    assert sum(line.count("*") for line in body) == 2
