"""Laws that cannot follow a deck are refused before anything starts: their runs would fail every time."""

from pathlib import Path

import pytest

from tests.config.conftest import MAGNESIUM, SQUARE, small

ROOT = Path(__file__).parents[2]
PATHS = [
    {"family": "random_walk", "split": "train", "count": 30, "max_strain": 0.1},
    {"family": "uniaxial", "split": "test", "count": 3, "max_strain": 0.1},
]


@pytest.fixture
def fitted(write, monkeypatch):
    """Return a function that makes a config whose one problem has the given law and a block of some duration."""
    monkeypatch.chdir(ROOT)

    def make(law, surrogate, cell, duration_us=0.5, lateral="free"):
        body = {"kind": "box", "size_mm": [1.0, 1.0, 1.0], "elements": [1, 1, 1], "lateral": lateral}
        deck = {"title": "block", "body": body, "impact": {"kind": "wall", "velocity_m_s": 50.0}}
        file = write(deck | {"duration_us": duration_us})
        problems = {"block": {"deck": str(file), "laws": ["copper_j2", law], "different_materials": True}}
        own = {"cell": {"kind": "unit_cell", "dataset": "bar"}}
        return small(paths=PATHS, rev=cell) | {"surrogates": {"net": surrogate}, "laws": own, "problems": problems}

    return make


SPACE, PLANE = {"kind": "taylor", "material": MAGNESIUM}, {"kind": "spectral", "material": SQUARE}


@pytest.mark.parametrize(
    ("law", "kind", "cell", "duration_us", "words"),
    [
        ("net", "linear", SPACE, 0.5, "is no law"),
        ("net", "nearest", SPACE, 0.5, "is no law"),
        ("net", "elastic", SPACE, 0.5, "is no law"),
        ("net", "rno", PLANE, 0.5, "paths lie in the plane"),
        ("net", "pca_net", SPACE, 1.1, "answers for whole paths of 1 µs"),
        ("square_crystal_cell", "rno", SPACE, 0.5, "lateral: plane_strain"),
        ("cell", "linear", PLANE, 0.5, "lateral: plane_strain"),
    ],
)
def test_a_law_that_cannot_follow_a_deck_is_refused_at_its_key(refused, fitted, law, kind, cell, duration_us, words):
    problems = refused(fitted(law, {"kind": kind, "dataset": "bar"}, cell, duration_us))
    assert list(problems) == ["problems.block.laws.1"]
    assert words in problems["problems.block.laws.1"].message


@pytest.mark.parametrize(
    ("law", "kind", "lateral"),
    [("net", "pca_net", "free"), ("net", "gru", "held"), ("square_crystal_cell", "rno", "plane_strain")],
)
def test_a_law_that_can_follow_a_deck_passes(read, fitted, law, kind, lateral):
    config = read(fitted(law, {"kind": kind, "dataset": "bar"}, SPACE, 1.0, lateral))
    assert config.problems["block"].laws[1] == law
