"""Everything that is wrong with a config, as one list: pydantic's errors in the words of this project."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hammerscale.config.reflection import Place, locate
from hammerscale.config.section import CONFLICT, PATTERN_WORDS, SLUG, Section
from hammerscale.config.spelling import suggest
from hammerscale.config.yaml_file import KeyPath, TrappedText, Value
from hammerscale.errors import ConfigError


@dataclass(frozen=True)
class Origin:
    """Where a value was written: a file and line, or an override (line 0); `rank` orders the sources."""

    rank: int
    source: str
    line: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True)
class Problem:
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

    def __init__(self, problems: Iterable[Problem]) -> None:
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
) -> list[Problem]:
    """Return the problems behind a pydantic error on `data`, whose keys were written where `origin` says."""
    problems: list[Problem] = []
    for detail in error.errors(include_url=False):
        place = locate(root, detail["loc"])
        siblings = _value_at(data, place.path[:-1])
        given = tuple(siblings) if isinstance(siblings, dict) else ()
        for path, kind, found, message, guess in _explain(detail, place, given):
            # A missing key has no line of its own: the section that lacks it has one.
            problems.append(Problem(path, origin(path), found, message, guess, kind))
    return _without_echoes(problems)


_Finding = tuple[KeyPath, str, str, str, str]


def _explain(detail: ErrorDetails, place: Place, given: Sequence[str]) -> list[_Finding]:
    kind, value = detail["type"], detail["input"]
    if isinstance(value, TrappedText) and kind != "extra_forbidden":
        return []
    if kind == CONFLICT:
        return [
            ((*place.path, *inner), "value", show(_value_at(value, inner)), message, guess)
            for inner, message, guess in detail["ctx"]["conflicts"]
        ]
    if kind == "extra_forbidden":
        return [_unknown(place, given)]
    if kind == "missing":
        allowed = place.shape.allowed if place.shape else "a value"
        return [(place.path, "missing", "", f"is missing; it must be {allowed}", "")]
    if kind == "union_tag_not_found" and place.shape:
        return _missing_tag(place, value)
    if kind == "union_tag_invalid" and place.shape:
        words, wrong = list(place.shape.sections), value[place.shape.tag]
        message = f"must be one of {', '.join(words)}"
        return [((*place.path, place.shape.tag), "value", show(wrong), message, suggest(str(wrong), words))]
    if detail["loc"] and detail["loc"][-1] == "[key]":
        return [(place.path, "value", "", f"this name must be {PATTERN_WORDS[SLUG]}", "")]
    if kind == "too_short" and value:
        # All items are wrong and each has been reported.
        return []
    return [_wrong_value(place, value)]


def _wrong_value(place: Place, value: object) -> _Finding:
    allowed = place.shape.allowed if place.shape else "something else"
    words = place.shape.words if place.shape else ()
    guess = suggest(value, words) if isinstance(value, str) else ""
    remark = " (write a value, or remove the key)" if value is None else ""
    if isinstance(value, str) and allowed.startswith(("an integer", "an even", "a finite")):
        remark = " (this is text)"
    return place.path, "value", show(value), f"must be {allowed}{remark}", guess


def _unknown(place: Place, given: Sequence[str]) -> _Finding:
    fields = place.owner.model_fields if place.owner else {}
    wrong = str(place.path[-1])
    # A key that is there already is the less likely meaning.
    guess = suggest(wrong, [name for name in fields if name not in given]) or suggest(wrong, fields)
    message = "unknown key" if guess else f"unknown key; allowed here: {', '.join(fields)}"
    return place.path, "unknown", "", message, guess


def _missing_tag(place: Place, value: object) -> list[_Finding]:
    assert place.shape is not None
    tag, words = place.shape.tag, ", ".join(place.shape.sections)
    known = {key for section in place.shape.sections.values() for key in section.model_fields}
    given = [str(key) for key in value] if isinstance(value, dict) else []
    found: list[_Finding] = [((*place.path, tag), "missing", "", f"is missing; it must be one of {words}", "")]
    for key in given:
        if key not in known:
            guess = suggest(key, sorted(known.difference(given)))
            found.append(((*place.path, key), "unknown", "", "unknown key", guess))
    return found


def _without_echoes(problems: list[Problem]) -> list[Problem]:
    """Drop "missing" where a misspelt key beside it says the same."""
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
