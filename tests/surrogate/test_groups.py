"""Groups are numbered by appearance, and a sample of the material ignores what belongs to the path."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.surrogate.groups import Groups, in_order_of_appearance, material_samples


@given(st.lists(st.tuples(st.integers(-2, 2), st.sampled_from([0.0, 0.5])), min_size=1, max_size=12))
def test_rows_are_numbered_in_the_order_of_their_first_appearance(rows):
    known = list(dict.fromkeys(rows))
    expected = [known.index(row) for row in rows]
    assert in_order_of_appearance(np.array(rows, dtype=np.float64)).tolist() == expected


def test_parameters_of_paths_make_no_other_material():
    values = np.array([[1.0, 5.0], [1.0, np.nan], [2.0, 5.0], [1.0, 6.0]])
    assert material_samples(("material.tau0", "path.max_strain"), values).tolist() == [0, 0, 1, 0]
    assert material_samples(("path.max_strain",), values[:, 1:]).tolist() == [0, 0, 0, 0]


def test_selected_groups_are_those_of_the_rows():
    groups = Groups(np.array([4, 4, 7]), np.array([0, 1, 0]), np.array([2, 1, 0]))
    assert [numbers.tolist() for numbers in groups.select(np.array([2, 0]))] == [[7, 4], [0, 0], [0, 2]]
