import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.crystal.geometry import SPIN_BASIS, SYMMETRIC_BASIS, crystal_geometry, reflection_matrices
from hammerscale.crystal.twinning import bounded_fractions, growth_rate, may_grow, mixed, mixing_matrix
from tests.crystal.materials import MAGNESIUM

REFLECTIONS = crystal_geometry(MAGNESIUM).reflections
fractions = st.lists(st.floats(0.0, 1 / 6), min_size=6, max_size=6)


@pytest.mark.parametrize("basis", [SYMMETRIC_BASIS, SPIN_BASIS], ids=["symmetric", "spin"])
@given(fractions)
def test_mixing_is_the_volume_average_of_parent_and_reflected_tensors(basis, parts):
    values = np.random.default_rng(2).normal(size=len(basis))
    tensor = np.einsum("b,bij->ij", values, basis)
    average = (1 - sum(parts)) * tensor + np.einsum("n,nij->ij", parts, REFLECTIONS @ tensor @ REFLECTIONS)
    found = mixed(mixing_matrix(reflection_matrices(REFLECTIONS, basis), parts), values)
    np.testing.assert_allclose(found, np.einsum("bij,ij->b", basis, average), atol=1e-12)


def test_without_twins_nothing_is_mixed():
    assert mixed([], [1.0, 2.0]) == [1.0, 2.0]


@given(st.lists(st.floats(-0.1, 0.4), min_size=6, max_size=6))
def test_bounded_fractions_are_within_the_bounds(free):
    bounded, overshoot = bounded_fractions(free)
    assert min(bounded) >= 0.0
    assert sum(bounded) <= 1.0 + 1e-15
    positive = np.maximum(free, 0.0)
    assert overshoot == pytest.approx(max(-min(free), positive.sum() - 1.0, 0.0), abs=1e-15)
    if overshoot == 0.0:
        np.testing.assert_array_equal(bounded, free)


@pytest.mark.parametrize(
    ("force", "present", "growing", "shrinkage", "expected"),
    [(3.0, False, 1.0, 1.0, 9.0), (3.0, True, 0.0, 1.0, 0.0), (-3.0, True, 1.0, 1.0, -9.0),
     (-3.0, False, 1.0, 1.0, 0.0), (-3.0, True, 1.0, 0.0, 0.0)],
)  # fmt: skip
def test_bounds_and_detwinning_stop_growth(force, present, growing, shrinkage, expected):
    assert growth_rate(force, present, growing, 1.0, shrinkage, 2.0) == expected


def test_no_variant_grows_in_a_crystal_that_is_all_twin():
    assert may_grow([0.25] * 4) == 0.0
    assert may_grow([0.25] * 3) == 1.0
