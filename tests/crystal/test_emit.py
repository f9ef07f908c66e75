import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.crystal.emit import combination, linear_map

# Few distinct entries, so that paired rows and columns occur often.
entries = st.sampled_from([0.0, 1.0, -1.0, 0.5, -0.5, 0.3])


@given(st.integers(1, 5), st.integers(1, 6), st.data())
def test_emitted_map_equals_the_matrix_product(rows, columns, data):
    matrix = np.array(data.draw(st.lists(entries, min_size=rows * columns, max_size=rows * columns))).reshape(
        rows, columns
    )
    x = np.random.default_rng(1).normal(size=columns)
    scope = {f"a{i}": value for i, value in enumerate(x)}
    lines = linear_map(matrix, list(scope), [f"b{i}" for i in range(rows)], "t_")
    exec("\n".join(lines), scope)
    np.testing.assert_allclose([scope[f"b{i}"] for i in range(rows)], matrix @ x, atol=1e-14)


def test_zeros_and_ones_leave_no_products():
    assert combination(np.array([1.0, 0.0, -1.0]), ["a", "b", "c"]) == "a - c"


def test_symmetric_pair_is_summed_once():
    lines = linear_map(np.array([[0.5, 0.5], [0.3, -0.3]]), ["a", "b"], ["x", "y"], "t_")
    assert sum(line.count("*") for line in lines) == 2
