import numpy as np
import pytest

from hammerscale.crystal.backend.symbols import Symbol, SymbolicLane


def written(function):
    """Return the lines that a function of one symbol writes."""
    body = []
    function(Symbol("a", body))
    return body


@pytest.mark.parametrize(
    ("function", "line"),
    [
        (lambda a: 2.0 - a, "x0 = 2.0 - a"),
        (lambda a: a**3.0, "x0 = a * a * a"),
        (lambda a: a**0.3, "x0 = power(a, 0.3)"),
        (lambda a: a ** (-1.0 / 3.0), "x0 = inverse_cube_root(a)"),
        (lambda a: np.exp(a), "x0 = decay(-a)"),
        (lambda a: np.where(True, a, np.nan), "x0 = select(True, a, np.nan)"),
        (lambda a: np.logical_not(a), "x0 = not a"),
        (lambda a: abs(a), "x0 = abs(a)"),
    ],
)
def test_each_operation_is_one_line(function, line):
    assert written(function) == [line]


def test_a_branch_on_a_symbol_is_refused():
    with pytest.raises(TypeError, match=r"np\.where"):
        written(lambda a: 1.0 if a > 0.0 else 2.0)


@pytest.mark.parametrize("function", [np.sin, np.linalg.norm])
def test_a_function_without_a_vector_form_is_refused(function):
    with pytest.raises(TypeError, match="no counterpart"):
        written(function)


def test_fields_and_planes_of_a_lane_are_read_and_written_by_name():
    body = []
    lane = SymbolicLane(("time",), body)
    lane.state[3] = lane.time + lane.rate[1]
    lane.time = 0.5
    assert body == ["x0 = time[i]", "x1 = rate[1, i]", "x2 = x0 + x1", "state[3, i] = x2", "time[i] = 0.5"]
