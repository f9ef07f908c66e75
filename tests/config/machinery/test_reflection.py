from typing import Annotated, Literal

import pytest
from pydantic import Field

from hammerscale.config.campaign_settings import Settings
from hammerscale.config.machinery.reflection import field_shape, locate, one_of, section_shape, step, summary
from hammerscale.config.machinery.section import Integer, Number, Section, Slug, Switch


class Kinds(Section):
    """One field of every kind.

    And a second paragraph.
    """

    integer: Integer = Field(ge=1, le=9)
    even: Integer = Field(ge=2, multiple_of=2)
    optional: Annotated[Integer, Field(lt=5)] | None = None
    number: Annotated[Number, Field(gt=0.0, le=1e9)]
    word: Literal["a", "b", "c"]
    switch: Switch
    name: Slug
    text: str = Field(min_length=2, max_length=5)
    anything: str
    vector: tuple[Number, Number]
    costs: dict[Slug, Annotated[Number, Field(ge=0.0)]]


@pytest.mark.parametrize(
    ("key", "type_name", "allowed"),
    [
        ("integer", "integer", "an integer from 1 to 9"),
        ("even", "integer", "an even integer from 2"),
        ("optional", "integer", "an integer below 5"),
        ("number", "number", "a finite number above 0 up to 1e9"),
        ("word", "text", "a, b or c"),
        ("switch", "true or false", "true or false"),
        ("name", "text", "a name of small letters, digits, - and _, starting with a letter, at most 40 long"),
        ("text", "text", "text of 2 to 5 letters"),
        ("anything", "text", "text"),
        ("vector", "list", "a list of 2 numbers"),
        ("costs", "mapping", "a mapping with at least one entry, each a finite number from 0"),
    ],
)
def test_allowed_values_are_told_in_words(key, type_name, allowed):
    shape = field_shape(Kinds.model_fields[key])
    assert (shape.type_name, shape.allowed) == (type_name, allowed)


def test_a_summary_is_the_first_paragraph_of_the_docstring():
    assert summary(Kinds) == "One field of every kind."


def test_words_are_joined_as_in_a_sentence():
    assert [one_of(words) for words in (("a",), ("a", "b"), ("a", "b", "c"))] == ["a", "a or b", "a, b or c"]


@pytest.mark.parametrize(
    ("location", "path"),
    [
        (("campaign", "seed"), ("campaign", "seed")),
        (("datasets", "x", "rev", "taylor", "grains"), ("datasets", "x", "rev", "grains")),
        (
            ("datasets", "x", "rev", "taylor", "texture", "fibre", "spread_deg"),
            ("datasets", "x", "rev", "texture", "spread_deg"),
        ),
        (("datasets", "x", "paths", 3, "cavity", "count"), ("datasets", "x", "paths", 3, "count")),
        (("datasets", "X", "[key]"), ("datasets", "X")),
    ],
)
def test_locations_of_pydantic_become_keys_of_the_config(location, path):
    assert locate(Settings, location).path == path


def test_a_data_set_called_like_a_kind_is_not_mistaken_for_one():
    assert locate(Settings, ("datasets", "taylor", "rev", "taylor", "kind")).path == (
        "datasets",
        "taylor",
        "rev",
        "kind",
    )


def test_a_step_into_a_choice_follows_the_tag_in_the_data():
    datasets = step(section_shape(Settings), {}, "datasets")
    dataset = step(datasets, {}, "any")
    cell = step(dataset, {}, "rev")
    assert step(cell, {"kind": "spectral"}, "grid").type_name == "integer"
    assert step(cell, {"kind": "taylor"}, "grid") is None
    assert step(cell, {}, "grid") is None
