"""What the models allow, in a form for error messages, the key reference and the default file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen, MultipleOf
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hammerscale.config.machinery.section import PATTERN_WORDS, Section
from hammerscale.keys import FromData, KindSettings, Meaning, OneOf

# A mapping with known keys: of the config itself, or the settings of a kind of thing.
Keyed = type[Section] | type[KindSettings]
BOUNDS = ((Ge, "ge", "from"), (Gt, "gt", "above"), (Le, "le", "to"), (Lt, "lt", "below"))
TYPE_WORDS: dict[object, str] = {int: "integer", float: "number", str: "text", bool: "true or false"}


@dataclass(frozen=True)
class Shape:
    """What stands at one place of the config.

    Attributes
    ----------
    form : "leaf", "section", "choice" (sections with a tag), "mapping" (free names) or "list"
    type_name : the type in a word
    allowed : the allowed values in words, to be read after "must be"
    sections : the sections by tag; a single one stands under ""
    tag : key whose value chooses the section of a choice
    item : what a mapping or a list holds
    words : the words of a leaf with a fixed set of values
    """

    form: Literal["leaf", "section", "choice", "mapping", "list"]
    type_name: str
    allowed: str
    sections: Mapping[str, Keyed] = field(default_factory=dict)
    tag: str = ""
    item: "Shape | None" = None
    words: tuple[str, ...] = ()

    @property
    def section(self) -> Keyed | None:
        """The section, where there is only one to choose from."""
        return self.sections.get("") if self.form == "section" else None


def keys_of(section: Keyed) -> Mapping[str, FieldInfo]:
    """Return the keys of a section with what is known of each."""
    return section.model_fields if issubclass(section, BaseModel) else _keys_of_kind(section)  # type: ignore[arg-type]


@cache
def _keys_of_kind(section: Any) -> Mapping[str, FieldInfo]:
    """Return the keys of a kind of thing (see `keys_of`)."""
    hints = get_type_hints(section, include_extras=True)
    found = {one.name: FieldInfo.from_annotated_attribute(hints[one.name], one) for one in fields(section)}
    found = {key: info for key, info in found.items() if not any(isinstance(mark, FromData) for mark in info.metadata)}
    for info in found.values():
        for meaning in (mark for mark in info.metadata if isinstance(mark, Meaning)):
            info.description = meaning.text
            info.examples = None if meaning.example is None else [meaning.example]
    return found


def section_shape(section: Keyed) -> Shape:
    """Return the shape of a section."""
    return Shape("section", "mapping", "a mapping", {"": section})


def summary(section: Keyed) -> str:
    """Return the first sentence of a section's docstring on one line."""
    return " ".join((section.__doc__ or "").strip().split("\n\n")[0].split())


def field_shape(info: FieldInfo) -> Shape:
    """Return the shape of one field of a section."""
    discriminator = info.discriminator if isinstance(info.discriminator, str) else ""
    return _shape(info.annotation, list(info.metadata), discriminator)


def _shape(annotation: object, metadata: list[Any], discriminator: str = "") -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(arguments[0], [*arguments[1:], *metadata], discriminator)
    metadata = _unpacked(metadata)
    for mark in metadata:
        if isinstance(mark, OneOf):
            return Shape("choice", "mapping", "a mapping", mark.kinds(), mark.tag)
    tag = discriminator or next((m.discriminator for m in metadata if isinstance(m, FieldInfo) and m.discriminator), "")
    if origin in (Union, UnionType):
        options = [option for option in arguments if option is not NoneType]
        if len(options) == 1:
            return _shape(options[0], metadata)
        sections = {word: option for option in options for word in _tag_words(option, str(tag))}
        return Shape("choice", "mapping", "a mapping", sections, str(tag))
    if isinstance(annotation, type) and issubclass(annotation, Section | KindSettings):
        return section_shape(annotation)
    if origin is dict:
        item = _shape(arguments[1], [])
        each = f", each {item.allowed}" if item.form == "leaf" else ""
        return Shape("mapping", "mapping", f"a mapping with at least one entry{each}", item=item)
    if origin is tuple and arguments[-1] is Ellipsis:
        return Shape("list", "list", "a list with at least one entry", item=_shape(arguments[0], []))
    if origin is tuple:
        return Shape("list", "list", f"a list of {len(arguments)} numbers", item=_shape(arguments[0], []))
    if origin is Literal:
        words = tuple(str(word) for word in arguments)
        return Shape("leaf", "text", one_of(words), words=words)
    return Shape("leaf", TYPE_WORDS[annotation], _allowed(annotation, metadata))


def _unpacked(metadata: list[Any]) -> list[Any]:
    """Return the metadata together with that of nested `Field(...)` marks."""
    return [part for mark in metadata for part in (mark, *(mark.metadata if isinstance(mark, FieldInfo) else ()))]


def _tag_words(section: Keyed, tag: str) -> tuple[str, ...]:
    return get_args(keys_of(section)[tag].annotation)


def one_of(words: tuple[str, ...]) -> str:
    """Return "a", "a or b" or "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _allowed(annotation: object, metadata: list[Any]) -> str:
    if annotation is bool:
        return "true or false"
    if annotation is str:
        patterns = [mark.pattern for mark in metadata if getattr(mark, "pattern", None)]
        if patterns:
            return PATTERN_WORDS[patterns[0]]
        limits = [bound for mark in metadata for bound in _lengths(mark)]
        return f"text of {min(limits)} to {max(limits)} letters" if limits else "text"
    kind = "an integer" if annotation is int else "a finite number"
    even = any(isinstance(mark, MultipleOf) for mark in metadata)
    return (kind.replace("an integer", "an even integer") if even else kind) + _bounds(metadata)


def _lengths(mark: object) -> list[int]:
    if isinstance(mark, MinLen):
        return [mark.min_length]
    return [mark.max_length] if isinstance(mark, MaxLen) else []


def _bounds(metadata: list[Any]) -> str:
    found = [
        (words, getattr(mark, name)) for mark in metadata for kind, name, words in BOUNDS if isinstance(mark, kind)
    ]
    text = "".join(f" {words} {_number(bound)}" for words, bound in found)
    return text.replace(" to ", " up to ") if text.startswith(" above") else text


def _number(value: float) -> str:
    return (
        str(value)
        if isinstance(value, int)
        else f"{value:g}".replace("e+", "e").replace("e0", "e").replace("e-0", "e-")
    )


@dataclass(frozen=True)
class Place:
    """Where an error of pydantic points to.

    Attributes
    ----------
    path : keys and list indices in the config, without pydantic's marks
    owner : section that holds the last key, None inside a list or a free mapping
    shape : what may stand there, None for an unknown key
    """

    path: tuple[str | int, ...]
    owner: Keyed | None
    shape: Shape | None


def locate(root: type[Section], location: tuple[str | int, ...]) -> Place:
    """Translate a pydantic error location, which names the chosen alternatives too, into a place of the config."""
    shape: Shape | None = section_shape(root)
    owner: Keyed | None = None
    path: list[str | int] = []
    for part in location:
        # The name of an entry is refused before its kind is looked at.
        if part == "[key]":
            break
        if shape is not None and shape.form == "choice":
            shape = section_shape(shape.sections[str(part)])
            continue
        owner = shape.section if shape else None
        path.append(part)
        if owner is not None:
            info = keys_of(owner).get(str(part))
            shape = field_shape(info) if info else None
        else:
            shape = shape.item if shape else None
    return Place(tuple(path), owner, shape)


def step(shape: Shape | None, node: object, part: str) -> Shape | None:
    """Return the shape one key below `shape`, where the data `node` selects the alternative of a choice."""
    if shape is not None and shape.form == "choice":
        section = shape.sections.get(str(node.get(shape.tag))) if isinstance(node, dict) else None
        shape = section_shape(section) if section else None
    if shape is None or shape.form == "leaf":
        return None
    if shape.section is None:
        return shape.item
    info = keys_of(shape.section).get(part)
    return field_shape(info) if info else None
