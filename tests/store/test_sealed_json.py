"""A JSON document that shows every changed byte, and is read as it was written."""

import json
import os

import pytest

from hammerscale.errors import StoreError
from hammerscale.store.seal import DamagedFileError
from hammerscale.store.sealed_json import read_sealed_json, write_sealed_json

DOCUMENT = {"z": 0.1, "a": {"none": None, "umlaut": "Ä", "list": [1, -2.5e-300, True]}, "empty": {}}


@pytest.fixture
def file(tmp_path):
    """Return a file with the document."""
    write_sealed_json(tmp_path / "a.json", DOCUMENT)
    return tmp_path / "a.json"


def test_what_is_read_is_what_was_written_in_the_same_order(file):
    assert json.dumps(read_sealed_json(file)) == json.dumps(DOCUMENT)


def test_every_flipped_bit_shows(file):
    whole = file.read_bytes()
    for place in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        file.write_bytes(damaged)
        with pytest.raises(DamagedFileError):
            read_sealed_json(file)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"sha256": 1}', json.dumps(DOCUMENT), "[" * 100_000, '{"a":' * 100_000, '{"a": "\\ud800"}'],
    ids=["empty", "nothing", "list", "seal alone", "unsealed", "brackets", "braces", "half a character"],
)
def test_another_document_is_refused_as_damage(file, text):
    file.write_text(text)
    with pytest.raises(DamagedFileError, match="run the campaign again"):
        read_sealed_json(file)


def test_what_is_no_file_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreError, match="it is a pipe"):
        read_sealed_json(tmp_path / "pipe")


def test_a_number_that_is_none_is_not_written(tmp_path):
    with pytest.raises(StoreError, match="not finite"):
        write_sealed_json(tmp_path / "a.json", {"error": float("nan")})
    assert not list(tmp_path.iterdir())
