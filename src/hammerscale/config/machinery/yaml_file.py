"""Strict reading of YAML: numbers as YAML 1.2 writes them, no silent traps, and the line of every key.

PyYAML follows YAML 1.1, in which `1e-8` is text, `no` is false, `012` is ten and `1:30` is ninety. Here its parser
is used only for the structure; scalars are read by the rules of this module, which refuses what the two versions read
differently.
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from hammerscale.config.machinery.spelling import suggest
from hammerscale.errors import ConfigError
from hammerscale.inputs import read_input
from hammerscale.regular_files import CONFIG_BYTES

KeyPath = tuple[str | int, ...]
Value = bool | int | float | str | list["Value"] | dict[str, "Value"] | None

INTEGER = re.compile(r"[-+]?[0-9]+")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
SPECIAL_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
CONSTANTS: dict[str, bool | None] = {"": None, "~": None}
CONSTANTS |= {word: value for name, value in (("null", None), ("true", True), ("false", False))
              for word in (name, name.capitalize(), name.upper())}  # fmt: skip
TRAPS = (
    (re.compile(r"(?i:yes|no|on|off)"), "YAML 1.1 reads this word as true or false: write true or false, or quote it"),
    (re.compile(r"[-+]?0[0-9_]+(\.[0-9_]*)?([eE].*)?"), "YAML 1.1 reads a leading zero as octal: drop it, or quote it"),
    (
        re.compile(r"[-+]?0[xob][0-9a-fA-F_]+"),
        "hexadecimal, octal and binary numbers are refused: write a decimal number",
    ),
    (
        re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"),
        "YAML 1.1 reads this in base 60: write a number, or quote it",
    ),
    (re.compile(r"[-+]?[0-9]+(_[0-9]+)+(\.[0-9_]*)?"), "write the number without underscores, or quote it"),
)
PLAIN_TAG = "tag:yaml.org,2002:"
# Far above any config; an alias counts as all that it stands for, since a few of them can stand for billions of values.
MOST_VALUES = 20_000
DEEPEST = 100


class TrappedText(str):
    """The text of a scalar that was refused as a trap, so that it is not reported a second time for its type."""

    __slots__ = ()


@dataclass(frozen=True)
class Fault:
    """One thing wrong at one key of a file: the path of the key, its line, the text found and what to do about it."""

    path: KeyPath
    line: int
    found: str
    message: str


@dataclass(frozen=True)
class Document:
    """The content of one YAML text.

    Attributes
    ----------
    value : plain Python values
    lines : line of every key and list item, by path
    faults : traps and duplicate keys, in file order; `value` holds the text as written at a trap
    empty : paths of keys that have nothing behind their colon; a written null is none of them
    """

    value: Value
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    empty: set[KeyPath] = field(default_factory=set)


def read_mapping(file: Path) -> Document:
    """Read a YAML file whose top level is a mapping; a file that is no such thing is a `ConfigError`."""
    document = parse(_read_text(file), str(file))
    if not isinstance(document.value, dict):
        found = "is empty" if document.value is None else "does not hold `key: value` lines at its top level"
        raise ConfigError(f"{file} {found}", remedy="config/README.md lists the keys; config/config.yaml is an example")
    return document


def parse(text: str, source: str) -> Document:
    """Parse YAML `text`; `source` names it in messages. A text that is not YAML is a `ConfigError` with its line."""
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        document = Document(None)
        value = _Builder(document).build(node, ()) if node is not None else None
        if node is None:
            document.empty.add(())
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, source) from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{source} is not YAML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{source} is nested too deeply to be a config") from error
    except _TooMuchError as error:
        raise ConfigError(f"{source} {error}", remedy="write it without aliases (*name)") from error
    return replace(document, value=value)


def _read_text(file: Path) -> str:
    try:
        return read_input(file, CONFIG_BYTES).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{file} does not exist", remedy=nearby(file)) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not text in UTF-8", remedy="save it in that encoding") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read {file}: {getattr(error, 'strerror', None) or error}") from error


def nearby(file: Path) -> str:
    """Return a hint at the file in the same folder that was probably meant, or at the missing folder."""
    try:
        if not file.parent.is_dir():
            return f"there is no folder {file.parent} in {Path.cwd()}"
        guess = suggest(file.name, sorted(entry.name for entry in file.parent.iterdir()))
    except (OSError, ValueError):
        return ""
    return f"did you mean {file.parent / guess}?" if guess else ""


def _syntax_error(error: yaml.MarkedYAMLError, source: str) -> ConfigError:
    mark = error.problem_mark or error.context_mark
    where = f"{source}:{mark.line + 1}" if mark else source
    problem = error.problem or str(error)
    if "'\\t'" in problem:
        return ConfigError(f"{where}: a tab stands where YAML allows only spaces", remedy="indent with spaces")
    if "mapping values are not allowed" in problem:
        return ConfigError(f"{where}: a colon where none can be", remedy="check the indentation, or quote the text")
    context = f" {error.context}" if error.context else ""
    return ConfigError(f"{where}: not YAML: {problem}{context}", remedy="check indentation, brackets and quotes there")


class _TooMuchError(Exception):
    """A document stands for more than any config holds."""


class _Builder:
    """Turns YAML nodes into plain values and notes lines and faults in a document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.open_nodes: set[int] = set()
        self.values = 0

    def build(self, node: yaml.Node, path: KeyPath) -> Value:
        """Return the value of `node`, which stands at `path`."""
        self.values += 1
        if self.values > MOST_VALUES:
            raise _TooMuchError(f"holds more than {MOST_VALUES:,} values, aliases written out")
        if len(path) > DEEPEST:
            raise _TooMuchError(f"is nested more than {DEEPEST} levels deep")
        line = node.start_mark.line + 1
        self.document.lines.setdefault(path, line)
        if id(node) in self.open_nodes:
            self._fault(path, line, "an alias", "it contains itself: write the value out")
            return None
        if node.tag not in (PLAIN_TAG + "str", PLAIN_TAG + "seq", PLAIN_TAG + "map"):
            self._fault(path, line, node.tag, "tags such as !!float are refused: write the plain value")
            return None
        self.open_nodes.add(id(node))
        value: Value
        if isinstance(node, yaml.MappingNode):
            value = self._mapping(node, path)
        elif isinstance(node, yaml.SequenceNode):
            value = [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        else:
            assert isinstance(node, yaml.ScalarNode)
            value = self._scalar(node, path)
        self.open_nodes.discard(id(node))
        return value

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(path, line, "a list or mapping", "a key is a name")
                continue
            key = str(key_node.value)
            if key in mapping:
                first = self.document.lines[*path, key]
                self._fault(
                    (*path, key), line, "duplicate key", f"it stands already in line {first}: remove one of the two"
                )
                continue
            self.document.lines[*path, key] = line
            mapping[key] = self.build(value_node, (*path, key))
        return mapping

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> Value:
        text = str(node.value)
        if node.style is not None:
            return text
        if not text:
            self.document.empty.add(path)
        for trap, advice in TRAPS:
            if trap.fullmatch(text):
                self._fault(path, self.document.lines[path], text, advice)
                return TrappedText(text)
        return plain_value(text)

    def _fault(self, path: KeyPath, line: int, found: str, message: str) -> None:
        self.document.faults.append(Fault(path, line, found, message))


def plain_value(text: str) -> bool | int | float | str | None:
    """Return what an unquoted scalar without traps stands for: null, a boolean, a number or text."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    # Python refuses to convert endless digits; such a number is beyond every bound anyway.
    if INTEGER.fullmatch(text) and len(text) < 400:
        return int(text)
    if NUMBER.fullmatch(text):
        return float(text)
    if SPECIAL_NUMBER.fullmatch(text):
        return float(text.replace(".", ""))
    return text
