import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammerscale.config.machinery.spelling import edit_distance, suggest

WORDS = st.text("abc_", max_size=8)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        ("", "", 0),
        ("abc", "", 3),
        ("grain", "grains", 1),
        ("gird", "grid", 1),
        ("kitten", "sitting", 3),
        ("ca", "abc", 3),
    ],
)
def test_known_distances(a, b, distance):
    assert edit_distance(a, b) == distance


@given(WORDS, WORDS)
def test_distance_is_symmetric_and_bounded_by_the_longer_word(a, b):
    assert edit_distance(a, b) == edit_distance(b, a) <= max(len(a), len(b))
    assert (edit_distance(a, b) == 0) == (a == b)


@given(WORDS, st.integers(0, 8), st.sampled_from("xyz"))
def test_one_inserted_letter_is_distance_one(word, position, letter):
    assert edit_distance(word, word[:position] + letter + word[position:]) == 1


def test_nothing_is_suggested_for_a_word_that_resembles_none():
    assert suggest("temperature", ["seed", "name"]) == ""
    assert suggest("seed", []) == ""
