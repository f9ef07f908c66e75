"""Everything that is wrong with a config, as one list: pydantic's errors in the words of this project."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hammerscale.config.machinery.reflection import Place, Shape, keys_of, locate, one_of
from hammerscale.config.machinery.section import PATTERN_WORDS, SLUG, Section
from hammerscale.config.machinery.spelling import suggest
from hammerscale.config.machinery.yaml_file import KeyPath, TrappedText, Value
from hammerscale.errors import ConfigError
from hammerscale.keys import ConflictingKeysError

# What pydantic calls a key that a section does not have, and that settings of a kind do not have.
UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")


@dataclass(frozen=True)
class Origin:
    """Where a value was written: a file and line, or an override (line 0); `rank` orders the sources."""

    rank: int
    source: str
    line: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True)
class ConfigFault:
    """One thing that is wrong.

    Attributes
    ----------
    path : the key
    origin : where it was written
    found : the value given, as shown to the user; empty where nothing was given
    message : what is wrong and what is allowed
    suggestion : the name that was probably meant, or ""
    kind : "unknown", "missing" or "value"
    """

    path: KeyPath
    origin: Origin
    found: str
    message: str
    suggestion: str = ""
    kind: str = "value"

    @property
    def key(self) -> str:
        """The dotted key."""
        return ".".join(str(part) for part in self.path)

    def __str__(self) -> str:
        given = f" = {self.found}" if self.found else ""
        guess = f"; did you mean '{self.suggestion}'?" if self.suggestion else ""
        return f"{self.origin}: {self.key}{given}: {self.message}{guess}"


class InvalidConfigError(ConfigError):
    """All that is wrong with the config, as `problems` in the order of the files."""

    def __init__(self, problems: Iterable[ConfigFault]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.origin.rank, p.origin.source, p.origin.line, p.key)))
        count = f"{len(self.problems)} error{'s' * (len(self.problems) > 1)} in the config"
        super().__init__(
            "\n".join([f"{count}:", *(f"  {problem}" for problem in self.problems)]),
            "Nothing was started.",
            "config/README.md lists every key with its allowed values.",
        )


def show(value: object) -> str:
    """Return a config value as the user would write it, shortened."""
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value) if isinstance(value, str) else f"{value}"
    return text if len(text) <= 60 else text[:57] + "..."


def translate(
    error: ValidationError, root: type[Section], data: Value, origin: Callable[[KeyPath], Origin]
) -> list[ConfigFault]:
    """Return the problems behind a pydantic error on `data`, whose keys were written at the place `origin`."""
    problems: list[ConfigFault] = []
    for detail in error.errors(include_url=False):
        place = locate(root, detail["loc"])
        siblings = _value_at(data, place.path[:-1])
        given = siblings.keys() if isinstance(siblings, dict) else ()
        for finding in _explain(detail, place, given):
            # A missing key has no line of its own: the section that lacks it has one.
            path, message, found, suggestion, kind = finding
            problems.append(ConfigFault(path, origin(path), found, message, suggestion, kind))
    return _without_echoes(problems)


class _Finding(NamedTuple):
    """A problem whose origin is not yet known."""

    path: KeyPath
    message: str
    found: str = ""
    suggestion: str = ""
    kind: str = "value"


def _explain(detail: ErrorDetails, place: Place, given: Collection[str]) -> list[_Finding]:
    """Put in words what pydantic found at a place next to the keys `given`."""
    kind, value = detail["type"], detail["input"]
    if kind in UNKNOWN_KEY:
        return [_unknown(place, given)]
    if isinstance(value, TrappedText) or (kind == "too_short" and value):
        # Reported already: as a trap, or item by item.
        return []
    if isinstance(fault := detail.get("ctx", {}).get("error"), ConflictingKeysError):
        return [
            _Finding((*place.path, *inner), message, show(_value_at(value, inner)), guess)
            for inner, message, guess in fault.conflicts
        ]
    if kind == "missing":
        allowed = place.shape.allowed if place.shape else "a value"
        return [_Finding(place.path, f"is missing; it must be {allowed}", kind="missing")]
    if kind == "union_tag_not_found" and place.shape:
        return _missing_tag(place.path, place.shape, value)
    if kind == "union_tag_invalid" and place.shape:
        words, wrong = tuple(place.shape.sections), value[place.shape.tag]
        path = (*place.path, place.shape.tag)
        return [_Finding(path, f"must be {one_of(words)}", show(wrong), suggest(str(wrong), words))]
    if detail["loc"][-1:] == ("[key]",):
        return [_Finding(place.path, f"this name must be {PATTERN_WORDS[SLUG]}")]
    return [_wrong_value(place, value)]


def _wrong_value(place: Place, value: object) -> _Finding:
    allowed = place.shape.allowed if place.shape else "something else"
    words = place.shape.words if place.shape else ()
    guess = suggest(value, words) if isinstance(value, str) else ""
    remark = " (write a value, or remove the key)" if value is None else ""
    if isinstance(value, str) and place.shape and place.shape.type_name in ("integer", "number"):
        remark = " (this is text)"
    return _Finding(place.path, f"must be {allowed}{remark}", show(value), guess)


def _unknown(place: Place, given: Collection[str]) -> _Finding:
    fields = keys_of(place.owner) if place.owner else {}
    wrong = str(place.path[-1])
    # A key that is there already is the less likely meaning.
    guess = suggest(wrong, [name for name in fields if name not in given]) or suggest(wrong, fields)
    message = "unknown key" if guess else f"unknown key; allowed here: {', '.join(fields)}"
    return _Finding(place.path, message, suggestion=guess, kind="unknown")


def _missing_tag(path: KeyPath, shape: Shape, value: object) -> list[_Finding]:
    """Report the missing tag of a choice, and keys that no alternative has: one of them may be the tag misspelt."""
    known = {key for section in shape.sections.values() for key in keys_of(section)}
    given = [str(key) for key in value] if isinstance(value, dict) else []
    words = one_of(tuple(shape.sections))
    found = [_Finding((*path, shape.tag), f"is missing; it must be {words}", kind="missing")]
    for key in given:
        if key not in known:
            guess = suggest(key, sorted(known.difference(given)))
            found.append(_Finding((*path, key), "unknown key", suggestion=guess, kind="unknown"))
    return found


def _without_echoes(problems: list[ConfigFault]) -> list[ConfigFault]:
    """Drop "missing" where a misspelt key next to it means the same."""
    meant = {(*p.path[:-1], p.suggestion) for p in problems if p.kind == "unknown"}
    return [p for p in problems if not (p.kind == "missing" and p.path in meant)]


def _value_at(data: object, path: KeyPath) -> object:
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return getattr(data, str(part), None)
    return data
