"""Figures are PNG or SVG and say what made them."""

import struct
import zlib
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from hammerscale.errors import InputError
from hammerscale.provenance import collect, of_attributes
from hammerscale.study.figures.style import draw_into, house_style, made_from, save

MADE_BY = collect("c0ffee", {"campaign": 7}).attributes()


def png_texts(data):
    """Return keyword → text of the tEXt and iTXt chunks of a PNG."""
    texts, place = {}, 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[place + 8 + length : place + 12 + length])[0]
        if kind == b"tEXt":
            keyword, _, text = body.partition(b"\0")
            texts[keyword.decode("latin-1")] = text.decode("latin-1")
        place += 12 + length
    return texts


def test_a_png_carries_every_attribute(tmp_path):
    save(Figure(), tmp_path / "a.png", MADE_BY)
    texts = png_texts((tmp_path / "a.png").read_bytes())
    assert {name: texts[name] for name in MADE_BY} == MADE_BY


def test_an_svg_carries_every_attribute_and_its_date(tmp_path):
    save(Figure(), tmp_path / "a.svg", MADE_BY)
    root = ElementTree.fromstring((tmp_path / "a.svg").read_text(encoding="utf-8"))
    found = {element.tag.rpartition("}")[2]: element.text for element in root.iter()}
    assert found["date"] == MADE_BY["date_created"]
    for name, value in MADE_BY.items():
        assert f"{name}: {value}" in found["description"]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_equal_figures_of_equal_data_are_equal_files(tmp_path, kind):
    for name in ("a", "b"):
        with house_style():
            figure = Figure()
            figure.subplots().plot([0.0, 1.0])
            save(figure, tmp_path / f"{name}.{kind}", MADE_BY)
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


@pytest.mark.parametrize("name", ["a.foo", "a", "a.PDF"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"\.png or \.svg"):
        save(Figure(), tmp_path / name, MADE_BY)
    assert list(tmp_path.iterdir()) == []


def test_only_the_provenance_is_taken_from_a_file():
    assert of_attributes({**MADE_BY, "title": "a data set", "density_kg_m3": 1.0}) == MADE_BY


def test_a_wrong_ending_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match=r"a\.pdf is no name of a figure"):
        draw_into([tmp_path / "a.svg", tmp_path / "a.pdf"], lambda: pytest.fail("drawn"))


def test_a_figure_of_tables_says_which(tmp_path):
    first, other = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("x\n1\n")
    other.write_text("x\n2\n")
    hashes = {made_from(first)["config_hash"], made_from(other)["config_hash"], made_from(first, other)["config_hash"]}
    assert len(hashes) == 3
