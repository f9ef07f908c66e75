"""Writes the commented default config: every key with its meaning and bounds, other alternatives as comments."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping

from pydantic.fields import FieldInfo

from hammerscale.config.machinery.reflection import Keyed, Shape, field_shape, keys_of, summary
from hammerscale.config.machinery.section import FILE_NAME, PATTERN_WORDS, Section
from hammerscale.config.machinery.yaml_file import Value, parse, plain_value
from hammerscale.keys import KindSettings

HEADER = """\
# yaml-language-server: $schema=../workflow/schemas/config.schema.json
# The default campaign. Written by `python -m hammerscale.config.generate` from the models in src/hammerscale/config;
# config/README.md explains every key. To change a few values, lay a file with just those keys over this one,
# or give snakemake or a verb of hammerscale
#   --config datasets='{taylor: {rev: {grains: 64}}}'

"""
WIDTH = 112
SAFE_TEXT = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./ -]*")
# A colon with a space that no line break may replace, so that keys stay with their values.
GLUE = ":\N{NO-BREAK SPACE}"


def render(data: Mapping[str, Value], root: Keyed) -> str:
    """Return `data` as YAML with a comment above every key; keys left out stand there with their defaults."""
    writer = _Writer()
    return HEADER + "\n".join(writer.section(root, data, "")) + "\n"


def flow(value: object) -> str:
    """Return a value in YAML's one-line form, readable by YAML 1.1 and 1.2 alike."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        mantissa, e, exponent = repr(value).partition("e")
        return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else repr(value)
    if isinstance(value, str):
        plain_text = SAFE_TEXT.fullmatch(value) and not parse(value, "text").faults and plain_value(value) == value
        return value if plain_text else json.dumps(value, ensure_ascii=False)
    return str(value)


def example(section: Keyed, tag: str, word: str) -> dict[str, object]:
    """Return one complete section of a choice: its tag, the examples of required keys, the defaults of the others."""
    values: dict[str, object] = {tag: word}
    for key, info in keys_of(section).items():
        if key == tag:
            continue
        if info.is_required():
            values[key] = (info.examples or [None])[0]
        elif info.default is not None:
            values[key] = plain(info.default)
    return values


def plain(value: object) -> object:
    """Return a default value as plain data."""
    if isinstance(value, KindSettings):
        return value.given()
    return value.model_dump(mode="json", exclude_none=True) if isinstance(value, Section) else value


class _Writer:
    """Writes sections; what was explained once is not explained again."""

    def __init__(self) -> None:
        self.explained: set[tuple[str, str, str]] = set()

    def section(self, section: Keyed, data: Mapping[str, Value], indent: str) -> Iterator[str]:
        """Yield the lines of a section."""
        for i, (key, info) in enumerate(keys_of(section).items()):
            shape = field_shape(info)
            if i > 0 and not indent:
                yield ""
            yield from self._explanation(key, info, shape, indent)
            value = data.get(key, plain(info.default))  # a required key is in the data
            if value is None:
                yield f"{indent}# {key}:"
            else:
                yield from self._value(key, value, shape, indent)

    def _explanation(self, key: str, info: FieldInfo, shape: Shape, indent: str) -> Iterator[str]:
        if not info.description or (key, info.description, shape.allowed) in self.explained:
            return
        self.explained.add((key, info.description, shape.allowed))
        named = shape.form == "leaf" and shape.allowed != PATTERN_WORDS[FILE_NAME]
        allowed = f": {shape.allowed}" if named else ""
        yield from _comment(info.description + allowed, indent)
        choice = shape.item if shape.item is not None else shape
        if choice.form == "choice":
            yield f"{indent}# Choices, with all their keys:"
            for word, alternative in choice.sections.items():
                yield from _comment(summary(alternative), indent, "  ")
                yield from _comment(flow(example(alternative, choice.tag, word)).replace(": ", GLUE), indent, "    ")

    def _value(self, key: str, value: object, shape: Shape, indent: str) -> Iterator[str]:
        if isinstance(value, Mapping):
            if shape.item is not None and shape.item.sections:
                yield f"{indent}{key}:"
                for i, (name, inner) in enumerate(value.items()):
                    yield from [""] * (i > 0)
                    yield f"{indent}  {name}:"
                    yield from self.section(_chosen(shape.item, inner), inner, indent + "    ")
                return
            chosen = _chosen(shape, value) if shape.sections else None
            if chosen is not None and len(keys_of(chosen)) > 1:
                yield f"{indent}{key}:"
                yield from self.section(chosen, value, indent + "  ")
                return
        if isinstance(value, list) and any(isinstance(item, list | Mapping) for item in value):
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {flow(item)}" for item in value)
            return
        yield f"{indent}{key}: {flow(value)}"


def _chosen(shape: Shape, value: Mapping[str, Value]) -> Keyed:
    """Return the section that stands for a value, where its tag chooses between several."""
    return shape.section or shape.sections[str(value[shape.tag])]


def _comment(text: str, indent: str, inner: str = "") -> Iterator[str]:
    """Yield comment lines of bounded width."""
    start = f"{indent}# {inner}"
    for line in textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=start, break_on_hyphens=False):
        yield line.replace(GLUE, ": ")
