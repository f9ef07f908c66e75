"""What keys of a config are made of: number types, bounds, meanings and rules, in plain dataclasses.

Kinds of things (unit cells, textures, path families, laws, surrogates) describe their settings with them. `config`
reads the settings through pydantic, which nothing here imports: a node that trains may lack it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

from annotated_types import Ge, Le

SLUG = r"^[a-z][a-z0-9_-]{0,39}$"
# Commands would take a name with - in front for an option.
FILE_NAME = r"^[^\x00-\x1f-][^\x00-\x1f]{0,999}$"
LARGEST_SEED = 2**32 - 1
# The default that the key reference shows where every kind has a value of its own.
OWN = "by default the surrogate's own"
CoreSchema = dict[str, object]


class Conflict(NamedTuple):
    """A value that is fine alone but not together with others.

    Attributes
    ----------
    path : key path inside the section that noticed it
    message : what is wrong and what is allowed
    suggestion : the name that was probably meant, or ""
    """

    path: tuple[str | int, ...]
    message: str
    suggestion: str = ""


class ConflictingKeysError(ValueError):
    """Keys that do not fit together, as `conflicts`."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        self.conflicts = conflicts
        super().__init__("; ".join(f"{'.'.join(map(str, path))} {message}" for path, message, _ in conflicts))


class Reading:
    """A mark on a plain type: how pydantic has to read it, in the words of its core schemas."""

    def __init__(self, **rules: object) -> None:
        self.rules = rules

    @property
    def pattern(self) -> object:
        """The regular expression that a text must match, None without one."""
        return self.rules.get("pattern")

    def __get_pydantic_core_schema__(self, source: object, handler: Callable[[object], CoreSchema]) -> CoreSchema:
        return {**handler(source), **self.rules}


@dataclass(frozen=True)
class Meaning:
    """A mark on the type of a key: what the key means.

    Attributes
    ----------
    text : for the key reference and the commented default config
    example : a value for the reader, needed by keys without a default
    """

    text: str
    example: object = None

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: Callable[[CoreSchema], CoreSchema]) -> CoreSchema:
        examples = {} if self.example is None else {"examples": [self.example]}
        return {**handler(core), "description": self.text, **examples}


@dataclass(frozen=True)
class FromData:
    """A mark on the type of a field that is no key: the data give it.

    Attributes
    ----------
    text : what it is
    """

    text: str


@dataclass(frozen=True)
class OneOf:
    """A mark on the type of a key: a mapping whose `tag` names its kind, and with it the other keys.

    Attributes
    ----------
    kinds : returns the settings of every kind by its name; it is called when the first config is read
    tag : key that names the kind
    """

    kinds: Callable[[], Mapping[str, type]]
    tag: str = "kind"

    def __get_pydantic_core_schema__(self, source: object, handler: Any) -> CoreSchema:
        schemas = {kind: handler.generate_schema(settings) for kind, settings in self.kinds().items()}
        return {"type": "tagged-union", "choices": schemas, "discriminator": self.tag}


Integer = Annotated[int, Reading(strict=True)]
Number = Annotated[float, Reading(strict=True, allow_inf_nan=False)]
Switch = Annotated[bool, Reading(strict=True)]
Slug = Annotated[str, Reading(pattern=SLUG)]
FileName = Annotated[str, Reading(pattern=FILE_NAME)]
# Modes of a reduction to principal components, and units of a layer.
Modes = Annotated[Integer, Ge(1), Le(10_001)]
Width = Annotated[Integer, Ge(1), Le(100_000)]
MicrostructureSeed = Annotated[
    Annotated[Integer, Ge(0), Le(LARGEST_SEED)] | None,
    Meaning("seed of the orientations and grains; by default derived from campaign.seed"),
]


@dataclass(frozen=True, kw_only=True)
class KindSettings:
    """The settings of one kind of thing: unknown keys are refused, and so are those that `conflicts` yields."""

    __pydantic_config__: ClassVar[Mapping[str, object]] = {"extra": "forbid"}

    def conflicts(self) -> Iterator[Conflict]:
        """Yield what is wrong with values that are fine alone."""
        yield from ()

    def __post_init__(self) -> None:
        """Refuse keys that do not fit together."""
        if found := list(self.conflicts()):
            raise ConflictingKeysError(found)

    @property
    def named_file(self) -> str | None:
        """A file whose contents count as a part of the settings, None without one."""
        return None

    def keys(self) -> dict[str, Any]:
        """Return all keys with their values as plain data."""
        return asdict(self)

    def given(self) -> dict[str, Any]:
        """Return the keys that have a value."""
        return {key: value for key, value in self.keys().items() if value is not None}
