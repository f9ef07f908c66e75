"""Wrong configs of every kind: each is either valid or refused with the key named, and nothing else ever happens."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammerscale.config import Config, load
from hammerscale.config.machinery.faults import InvalidConfigError
from hammerscale.errors import ConfigError
from tests.config.conftest import SQUARE

BASE = {
    "campaign": {"name": "small", "seed": 3, "results": "results"},
    "datasets": {
        "bar": {
            "rev": {
                "kind": "taylor",
                "material": SQUARE,
                "grains": 8,
                "texture": {"kind": "fibre", "crystal_axis": [0, 0, 1], "sample_axis": [1, 0, 0], "spread_deg": 5},
                "tolerance": 1e-6,
            },
            "duration_s": 1e-6,
            "output_times": 201,
            "paths": [
                {"family": "random_walk", "split": "train", "count": 20, "max_strain": 0.1, "steps": 9},
                {"family": "cavity", "split": "test", "count": 2, "max_strain": 0.1},
            ],
            "max_failed_fraction": 0.01,
            "shards": {"target_minutes": 30, "seconds_per_path": {"default": 0.1, "test_cavity": 0.2}},
        },
        "cell": {
            "rev": {"kind": "spectral", "material": SQUARE, "grains": 4, "grid": 8, "scheme": "rotated"},
            "duration_s": 1,
            "paths": [{"family": "uniaxial", "split": "train", "count": 5, "max_strain": 0.1}],
        },
    },
}
REQUIRED = {
    "name",
    "kind",
    "material",
    "crystal_axis",
    "sample_axis",
    "duration_s",
    "paths",
    "family",
    "split",
    "count",
}
REQUIRED |= {"campaign", "datasets", "rev", "max_strain", "default"}
FREE_NAMES = {"bar", "cell"}
NEVER_VALID = ("on", "No", "012", "0x10", "1:30", "1_000", ".nan", ".inf", "-.inf", "!!int 3", "[[]]")
PERHAPS_VALID = ("0", "-1", "1", "1e-3", "7.5", "true", '"text"', "word", "1e300", "123456789012345678901", "[]", "{}")


@dataclass(frozen=True)
class Entry:
    """One key or list item: its path, its name (none in a list) and its YAML text or inner entries."""

    path: tuple
    name: str | None
    content: "str | tuple[Entry, ...]"
    brackets: str = "{}"

    def __str__(self):
        head = "" if self.name is None else f"{self.name}: "
        if isinstance(self.content, str):
            return head + self.content
        return head + self.brackets[0] + ", ".join(map(str, self.content)) + self.brackets[1]


def tree(node, path=(), name=None) -> Entry:
    if isinstance(node, dict):
        return Entry(path, name, tuple(tree(value, (*path, key), key) for key, value in node.items()))
    if isinstance(node, list):
        return Entry(path, name, tuple(tree(value, (*path, i)) for i, value in enumerate(node)), "[]")
    return Entry(path, name, json.dumps(node))


def everything(entry: Entry):
    yield entry
    for inner in entry.content if isinstance(entry.content, tuple) else ():
        yield from everything(inner)


def exchanged(entry: Entry, target: Entry, by: tuple[Entry, ...]) -> Entry:
    """Return the tree with `target` replaced by other entries."""
    if isinstance(entry.content, str):
        return entry
    content: list[Entry] = []
    for inner in entry.content:
        content += by if inner is target else (exchanged(inner, target, by),)
    return replace(entry, content=tuple(content))


ROOT_ENTRY = tree(BASE)
ENTRIES = [entry for entry in everything(ROOT_ENTRY) if entry.path]
KEYS = [entry for entry in ENTRIES if entry.name is not None]


@dataclass(frozen=True)
class Mutation:
    """One fault: the YAML text, the path at which it should be reported, and whether it may turn out valid."""

    text: str
    path: tuple
    may_be_valid: bool


@st.composite
def mutations(draw) -> Mutation:
    kind = draw(st.sampled_from(["misspell", "never", "perhaps", "delete", "empty", "duplicate", "add"]))
    entry = draw(st.sampled_from(KEYS if kind in ("misspell", "duplicate", "add") else ENTRIES))
    above, name, path, may_be_valid = entry.path[:-1], entry.name, entry.path, False
    if kind == "misspell":
        position = draw(st.integers(0, len(name) - 1))
        wrong = draw(st.sampled_from([name[:position] + name[position:][1:], name[:position] + "q" + name[position:]]))
        by, path, may_be_valid = (replace(entry, name=wrong or "q"),), (*above, wrong or "q"), name in FREE_NAMES
    elif kind in ("never", "perhaps"):
        text = draw(st.sampled_from(NEVER_VALID if kind == "never" else PERHAPS_VALID))
        by, may_be_valid = (replace(entry, content=text),), kind == "perhaps"
    elif kind == "delete":
        # An item of a list has no key of its own; what misses it is elsewhere in the data set.
        by, may_be_valid, path = (), name not in REQUIRED, path if name else path[:2]
    elif kind == "empty":
        # `null` takes a key away, and is no item of a list.
        by, may_be_valid = (replace(entry, content="~"),), name is not None and name not in REQUIRED
    elif kind == "duplicate":
        by = (entry, entry)
    else:
        by, path = (entry, Entry((*above, "extra_key"), "extra_key", "3")), (*above, "extra_key")
    return Mutation(str(exchanged(ROOT_ENTRY, entry, by)), path, may_be_valid)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("mutations") / "c.yaml"


# Keys whose wrong value is reported at another key of the same section, which conflicts with it.
CONFLICTS = {"grid": ("grains",), "variant": ("max_strain",), "steps": ("max_strain", "min_gap")}
# Keys whose wrong value is reported elsewhere in the data set: costs of a block that has another label now.
LABELLING = {"name", "family", "split"}


def names(problem, path) -> bool:
    """Whether a problem is reported at a path, below it, or where one of the listed conflicts is noticed."""
    if problem.path[: len(path)] == path:
        return True
    last = path[-1]
    if last in range(3) and path[-2] in ("crystal_axis", "sample_axis"):
        # A zero among the numbers of a direction may be a fault of the direction alone.
        return problem.path == path[:-1]
    if last == "default":
        # Its absence is a fault of the mapping that needs it.
        return problem.path == path[:-1]
    if last in LABELLING:
        return problem.path[:4] == (*path[:2], "shards", "seconds_per_path")
    return problem.path[:-1] == path[:-1] and problem.path[-1] in CONFLICTS.get(last, ())


def loaded(file, text, *overrides) -> Config | ConfigError:
    """Return the config or the error it is refused with; anything else ends the test."""
    file.write_text(text, encoding="utf-8")
    try:
        return load([file], overrides)
    except ConfigError as error:
        return error


def test_the_unspoilt_config_is_valid(file):
    assert loaded(file, str(ROOT_ENTRY)).datasets["bar"].simulations == 22


@settings(max_examples=500)
@given(mutation=mutations())
def test_a_mutated_config_is_valid_or_refused_with_its_key_named(file, mutation):
    result = loaded(file, mutation.text)
    if isinstance(result, Config):
        assert mutation.may_be_valid
    else:
        assert isinstance(result, InvalidConfigError)
        assert any(names(problem, mutation.path) for problem in result.problems), str(result)
        assert result.exit_code == 2


@settings(max_examples=200)
@given(data=st.data())
def test_garbled_text_is_valid_or_refused(file, data):
    text = str(ROOT_ENTRY)
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(text) - 1))
        rest = text[position + data.draw(st.integers(0, 3)) :]
        text = text[:position] + data.draw(st.text("{}[]:,#&*!|>'\"%@`-? \t\nax1.\x00é", max_size=3)) + rest
    result = loaded(file, text)
    assert isinstance(result, Config) or str(file) in str(result)


@settings(max_examples=50)
@given(key=st.text(max_size=30), value=st.text(max_size=20))
def test_any_override_is_valid_or_refused(file, key, value):
    result = loaded(file, str(ROOT_ENTRY), f"{key}={value}")
    assert isinstance(result, Config) or "--config" in str(result)
