"""The page on the architecture names all rooms and capabilities that stand, and no others."""

import re
from pathlib import Path

from hammerscale import capabilities

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "hammerscale"
PAGE = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
DRAWING = (ROOT / "docs/explanation/figures/architecture.svg").read_text(encoding="utf-8")
# What stands before the first chapter are folders of a campaign.
CHAPTERS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
PLACE = re.compile(r"`([\w/]+(?:/|\.py))(?:<kind>/)?`")


def test_every_file_and_folder_that_the_page_names_exists():
    named = [place for chapter in CHAPTERS for place in PLACE.findall(chapter)]
    assert len(named) > 40
    assert [place for place in named if not (PACKAGE / place).exists()] == []


def test_every_room_of_the_package_has_a_row():
    (rooms,) = [chapter for chapter in CHAPTERS if chapter.startswith("Rooms")]
    rows = {place.split("/")[0] for place in PLACE.findall(rooms)}
    standing = {one.name for one in PACKAGE.iterdir() if one.suffix == ".py" or (one / "__init__.py").exists()}
    assert standing - rows == {"__main__.py"}


def test_the_page_lists_every_capability():
    (sockets,) = [chapter for chapter in CHAPTERS if chapter.startswith("Sockets")]
    (table,) = re.findall(r"^\| capability .*?\n\n", sockets, re.MULTILINE | re.DOTALL)
    own = [one for one in vars(capabilities).values() if getattr(one, "__module__", "") == capabilities.__name__]
    protocols = [one.__name__ for one in own if getattr(one, "_is_protocol", False)]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == sorted(protocols)


def test_the_drawing_shows_rooms_that_stand():
    texts = re.findall(r"<text [^>]*>([^<]*)<", DRAWING)
    drawn = [word for text in texts for word in text.split() if "/" in word or word.endswith(".py")]
    assert len(drawn) > 15
    assert [place for place in drawn if not (PACKAGE / place).exists()] == []
