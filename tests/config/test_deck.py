"""Decks and law files."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from hammerscale.config.deck import Deck
from hammerscale.config.law_file import LawFile
from hammerscale.config.machinery.section_file import content_hash, read_section
from hammerscale.errors import ConfigError
from hammerscale.macro.explicit.setup import MESHERS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("file", sorted((ROOT / "config/decks").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_deck_of_the_project_comes_back_from_what_its_hash_is_made_of(file):
    deck = read_section(file, Deck)
    assert Deck.model_validate_json(deck.model_dump_json()) == deck


@pytest.mark.parametrize("file", sorted((ROOT / "config/laws").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_law_of_the_project_comes_back_from_what_its_hash_is_made_of(file):
    law = read_section(file, LawFile)
    assert LawFile.model_validate_json(law.model_dump_json()) == law


def test_a_projectile_needs_a_plate():
    deck = read_section(ROOT / "config/decks/plate.yaml", Deck).model_dump()
    deck["body"] = read_section(ROOT / "config/decks/copper_bar.yaml", Deck).model_dump()["body"]
    with pytest.raises(ValidationError):
        Deck.model_validate(deck)


def changed(tmp_path, file, old, new):
    """Return the path of a copy of a file of the project with one text in place of another."""
    text = (ROOT / "config" / file).read_text()
    assert old in text
    (tmp_path / "copy.yaml").write_text(text.replace(old, new))
    return tmp_path / "copy.yaml"


def test_a_mesh_that_no_memory_holds_is_refused(tmp_path):
    file = changed(tmp_path, "decks/elastic_bar.yaml", "[1, 1, 100]", "[1000, 1000, 1000]")
    with pytest.raises(ConfigError, match=r"body.*1e\+09 elements; at most 1e\+07"):
        read_section(file, Deck)


@pytest.mark.parametrize("deck", ["copper_bar", "plate", "elastic_bar"])
@pytest.mark.parametrize("section", ["full", "half", "quarter"])
def test_the_number_of_elements_is_that_of_the_mesh(deck, section):
    body = read_section(ROOT / f"config/decks/{deck}.yaml", Deck).body
    body = body.model_copy(update={"section": section} if body.kind == "cylinder" else {})
    assert body.element_count() == len(MESHERS[body.kind](body).elements)


@pytest.mark.parametrize(
    ("constant", "old", "new"),
    [("poisson_ratio", "0.3", "0.5"), ("heat_fraction", "0.9", "1.1"), ("melting_temperature", "1540", "20")],
)
def test_constants_of_no_metal_are_refused(constant, old, new, tmp_path):
    given = f"{constant}: {{value: "
    file = changed(tmp_path, "laws/steel_johnson_cook.yaml", given + old, given + new)
    with pytest.raises(ConfigError, match=rf"law\.{constant}\.value = {new}"):
        read_section(file, LawFile)


def test_all_faults_of_a_deck_are_listed_at_once(tmp_path):
    text = (ROOT / "config/decks/copper_bar.yaml").read_text().replace("cylinder", "sphere").replace("80.0", "-1")
    (tmp_path / "deck.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_section(tmp_path / "deck.yaml", Deck)
    assert "body.kind = 'sphere'" in str(caught.value)
    assert "duration_us = -1" in str(caught.value)


def test_the_hash_follows_the_content():
    deck = read_section(ROOT / "config/decks/copper_bar.yaml", Deck)
    changed = deck.model_copy(update={"duration_us": 79.0})
    assert content_hash(deck) == content_hash(deck.model_copy())
    assert content_hash(deck) != content_hash(changed)
