"""Decks and law files."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from hammerscale.config.deck import Deck
from hammerscale.config.law import LawFile
from hammerscale.config.section_file import content_hash, read_section
from hammerscale.errors import ConfigError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("file", sorted((ROOT / "config/decks").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_deck_of_the_project_is_valid(file):
    assert read_section(file, Deck).duration_us > 0.0


@pytest.mark.parametrize("file", sorted((ROOT / "config/laws").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_law_of_the_project_is_valid(file):
    assert read_section(file, LawFile).law.kind


def test_a_projectile_needs_a_plate():
    deck = read_section(ROOT / "config/decks/plate.yaml", Deck).model_dump()
    deck["body"] = read_section(ROOT / "config/decks/copper_bar.yaml", Deck).model_dump()["body"]
    with pytest.raises(ValidationError):
        Deck.model_validate(deck)


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
