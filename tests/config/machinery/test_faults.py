import pytest

from hammerscale.config.machinery.faults import ConfigFault, InvalidConfigError, Origin, show


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", "'text'"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "nothing"),
        ([], "an empty list"),
        ([1], "a list"),
        ({}, "an empty mapping"),
        ({"a": 1}, "a mapping"),
    ],
)
def test_values_are_shown_as_the_user_wrote_them(value, shown):
    assert show(value) == shown


def test_long_values_are_shortened():
    assert len(show("x" * 1000)) == 60


def test_a_problem_reads_place_key_value_reason_and_suggestion():
    problem = ConfigFault(("a", 0, "b"), Origin(0, "c.yaml", 3), "'x'", "must be y or z", "z")
    assert str(problem) == "c.yaml:3: a.0.b = 'x': must be y or z; did you mean 'z'?"


def test_problems_are_sorted_by_file_then_line_then_key():
    places = [(1, 1, "a"), (0, 9, "a"), (0, 2, "b"), (0, 2, "a")]
    problems = [ConfigFault((key,), Origin(rank, f"{rank}.yaml", line), "", "x") for rank, line, key in places]
    found = [(p.origin.rank, p.origin.line, p.key) for p in InvalidConfigError(problems).problems]
    assert found == sorted(places)


def test_the_count_of_errors_is_grammatical():
    problem = ConfigFault(("a",), Origin(0, "c.yaml", 3), "", "x")
    assert str(InvalidConfigError([problem])).startswith("1 error in")
    assert str(InvalidConfigError([problem, problem])).startswith("2 errors in")
