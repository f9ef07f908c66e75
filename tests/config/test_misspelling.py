"""How often a misspelt key or word gets the right suggestion, over everything that the models know."""

import random
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from hammerscale.config.campaign_settings import Settings
from hammerscale.config.machinery.default_file import example, flow
from hammerscale.config.machinery.faults import Origin, translate
from hammerscale.config.machinery.reflection import Shape, field_shape, keys_of, section_shape
from hammerscale.config.machinery.section import Section
from hammerscale.config.machinery.yaml_file import parse, read_mapping
from hammerscale.config.material_file import MaterialFile
from tests.config.conftest import MAGNESIUM, SQUARE, small

TRIALS = 20
LETTERS = string.ascii_lowercase + string.digits + "_"


def misspellings(word, rng) -> Iterator[str]:
    """Yield words within edit distance 2 of `word`."""
    for trial in range(TRIALS):
        wrong = word
        for _ in range(1 + trial % 2):
            wrong = one_slip(wrong, rng)
        if wrong and wrong != word:
            yield wrong


def one_slip(word, rng):
    position = rng.randrange(len(word) + 1)
    head, tail = word[:position], word[position:]
    slips = [head + rng.choice(LETTERS) + tail]
    if tail:
        slips += [head + tail[1:], head + rng.choice(LETTERS) + tail[1:]]
    if len(tail) > 1:
        slips.append(head + tail[1] + tail[0] + tail[2:])
    return rng.choice(slips)


def bases() -> Iterator[tuple[type[Section], dict]]:
    """Yield complete data for both roots; together they hold every section, with all its keys."""
    dataset = field_shape(Settings.model_fields["datasets"]).item.section.model_fields
    cells = field_shape(dataset["rev"])
    for cell in examples(cells):
        yield Settings, campaign(rev=cell)
    for block in examples(field_shape(dataset["paths"]).item):
        yield Settings, campaign(paths=[block | {"name": "b"}])
    for texture in examples(field_shape(keys_of(cells.sections["taylor"])["texture"])):
        yield Settings, campaign(rev={"kind": "taylor", "material": MAGNESIUM, "texture": texture})
    for file in (MAGNESIUM, SQUARE):
        yield MaterialFile, read_mapping(Path(file)).value


def campaign(**changes):
    """A config that leaves out nothing but what is changed."""
    shards = {"target_minutes": 5.0, "max_shards": 7, "seconds_per_path": {"default": 1.0}}
    base = small(time_limit_s=5.0, max_failed_fraction=0.5, output_times=5, shards=shards, **changes)
    base["campaign"] |= {"seed": 3, "results": "there"}
    return base


def examples(shape: Shape) -> Iterator[dict]:
    """Yield one complete section of every alternative."""
    for word, section in shape.sections.items():
        yield parse(flow(example(section, shape.tag, word)), "example").value


def places(node, shape: Shape | None, path=()) -> Iterator[tuple[tuple, Shape, type[Section]]]:
    """Yield path, shape and section of every key that the models have a name for."""
    if shape is None:
        return
    tag = Shape("leaf", "text", "", words=tuple(shape.sections)) if shape.form == "choice" else None
    if shape.sections:
        section = shape.section or shape.sections[node[shape.tag]]
        for key, value in node.items():
            inner = tag if tag and key == shape.tag else field_shape(keys_of(section)[key])
            yield (*path, key), inner, section
            yield from places(value, inner, (*path, key))
    elif shape.item is not None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(value, shape.item, (*path, key))


def problems_of(root, data):
    try:
        root.model_validate(data)
    except ValidationError as error:
        return translate(error, root, data, lambda path: Origin(0, "test", 1))
    return []


def copied(node):
    if isinstance(node, dict):
        return {key: copied(value) for key, value in node.items()}
    return [copied(value) for value in node] if isinstance(node, list) else node


def parent_of(data, path):
    for part in path[:-1]:
        data = data[part]
    return data


def trials() -> Iterator[tuple[str, type[Section], dict, tuple, str]]:
    """Yield (kind of slip, root, wrong data, path, right name), for each key of a section and each word once."""
    rng = random.Random(7)
    seen = set()
    for root, data in bases():
        for path, shape, section in places(data, section_shape(root)):
            if (section, path[-1]) in seen:
                continue
            seen.add((section, path[-1]))
            for wrong in misspellings(path[-1], rng):
                if wrong not in keys_of(section):
                    here = (*path[:-1], wrong)
                    yield "full", root, renamed(data, path, wrong), here, path[-1]
                    yield "bare", root, renamed(data, path, wrong, section), here, path[-1]
            for right in shape.words if len(shape.words) > 1 else ():
                for wrong in misspellings(right, rng):
                    if wrong not in shape.words:
                        changed = copied(data)
                        parent_of(changed, path)[path[-1]] = wrong
                        yield "word", root, changed, path, right


def renamed(data, path, wrong, bare: type[Section] | None = None):
    """Return data with one key renamed; in a `bare` section everything else that may be left out is."""
    changed = copied(data)
    inside = parent_of(changed, path)
    inside[wrong] = inside.pop(path[-1])
    for key in [] if bare is None else [key for key in inside if key != wrong]:
        if not keys_of(bare)[key].is_required():
            del inside[key]
    return changed


@pytest.fixture(scope="module")
def outcomes():
    """(kind of slip, was it reported at its key, was the suggestion right) of every trial."""
    found = []
    for kind, root, data, path, right in trials():
        here = [problem for problem in problems_of(root, data) if problem.path == path]
        found.append((kind, bool(here), any(problem.suggestion == right for problem in here)))
    return found


def test_every_misspelling_is_reported_at_its_key(outcomes):
    assert len(outcomes) > 3000
    assert all(reported for _, reported, _ in outcomes)


@pytest.mark.parametrize("kind", ["full", "bare", "word"])
def test_the_right_name_is_suggested_in_at_least_95_percent(outcomes, kind):
    hits = [right for slip, _, right in outcomes if slip == kind]
    rate = sum(hits) / len(hits)
    print(f"{kind}: {rate:.4f} of {len(hits)}")  # noqa: T201
    assert rate >= 0.95
