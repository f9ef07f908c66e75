"""Laying config files and overrides on top of each other, remembering where every value was written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hammerscale.config.machinery.faults import ConfigFault, Origin, show
from hammerscale.config.machinery.reflection import Shape, section_shape, step
from hammerscale.config.machinery.section import Section
from hammerscale.config.machinery.spelling import suggest
from hammerscale.config.machinery.yaml_file import Document, KeyPath, Value, parse
from hammerscale.errors import ConfigError

TAGS = ("kind", "family")
Container = dict[str, Value] | list[Value]


@dataclass
class Tree:
    """A config while it is put together.

    Attributes
    ----------
    value : plain nested data
    origins : where each key was written
    problems : faults of the files and overrides so far
    """

    value: dict[str, Value] = field(default_factory=dict)
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    problems: list[ConfigFault] = field(default_factory=list)

    def origin(self, path: KeyPath) -> Origin:
        """Return where `path` was written, or where the nearest section around it was."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins.get(path) or Origin(0, "config", 0)

    def lay(self, document: Document, rank: int, source: str) -> None:
        """Lay a whole document on top: mappings are merged key by key, everything else is replaced."""
        origins = {path: Origin(rank, source, line) for path, line in document.lines.items()}
        for fault in document.faults:
            origin = Origin(rank, source, fault.line)
            self.problems.append(ConfigFault(fault.path, origin, fault.found, fault.message))
        assert isinstance(document.value, dict)
        self.origins.setdefault((), origins[()])
        self._refuse_empty(document.empty, origins)
        replaced: set[KeyPath] = set()
        for key, value in document.value.items():
            self._put(self.value, key, value, (key,), replaced)
        self._note(origins, replaced)

    def _put(self, container: Container, key: str | int, value: Value, path: KeyPath, replaced: set[KeyPath]) -> None:
        """Put `value`, which stands at `path`, into its container: mappings are merged, everything else is replaced.

        A null takes away what an earlier source wrote there, so that the default holds.
        """
        if value is None and isinstance(container, dict) and key in container:
            del container[str(key)]
            replaced.add(path)
            return
        before = container.get(str(key)) if isinstance(container, dict) else container[int(key)]
        if isinstance(before, dict) and isinstance(value, dict) and not _other_kind(before, value):
            for inner, inner_value in value.items():
                self._put(before, inner, inner_value, (*path, inner), replaced)
            return
        if isinstance(container, dict):
            container[str(key)] = value
        else:
            container[int(key)] = value
        replaced.add(path)

    def _refuse_empty(self, empty: Iterable[KeyPath], origins: Mapping[KeyPath, Origin]) -> None:
        """Refuse keys with nothing behind them where earlier sources have something, which would go without a word."""
        for path in empty:
            if path in self.origins:
                message = "is empty here and was given before: write a value, or null to take it away"
                self.problems.append(ConfigFault(path, origins[path], "", message))

    def _note(self, origins: dict[KeyPath, Origin], replaced: set[KeyPath]) -> None:
        """Forget where replaced values were written, and note the new places, in one pass for all of them."""

        def is_replaced(path: KeyPath) -> bool:
            return any(path[:length] in replaced for length in range(1, len(path) + 1))

        kept = {path: origin for path, origin in self.origins.items() if not is_replaced(path)}
        self.origins = kept | {path: origin for path, origin in origins.items() if is_replaced(path)}

    def override(self, text: str, rank: int, root: type[Section]) -> None:
        """Apply one `dotted.key=value`; the value is YAML, a mapping is merged, anything else replaces."""
        source = f"--config {text}"
        origin = Origin(rank, source, 0)
        key, equals, value_text = text.partition("=")
        parts = key.strip().split(".")
        if not equals or not all(parts):
            self.problems.append(ConfigFault(tuple(parts), origin, "", "an override has the form section.key=value"))
            return
        try:
            document = parse(value_text, "the value")
            found = self._descend(parts[:-1], origin, root)
        except ConfigError as error:
            self.problems.append(ConfigFault(tuple(parts), origin, "", error.what))
            return
        except _NoSuchEntryError as error:
            self.problems.append(ConfigFault(error.path, origin, "", error.message, error.suggestion))
            return
        self._assign(found, parts[-1], document, origin)

    def _descend(self, parts: Sequence[str], origin: Origin, root: type[Section]) -> tuple[KeyPath, Container]:
        """Return the container that `parts` address; sections that the files leave out are created by the override."""
        node: Value = self.value
        shape: Shape | None = section_shape(root)
        path: KeyPath = ()
        for part in parts:
            shape_here, shape = shape, step(shape, node, part)
            if isinstance(node, list):
                if not part.isdecimal() or int(part) >= len(node):
                    raise _NoSuchEntryError((*path, part), _list_advice(node))
                path, node = (*path, int(part)), node[int(part)]
                continue
            if not isinstance(node, dict):
                raise _NoSuchEntryError(path, f"is {show(node)}, which has no keys")
            path = (*path, part)
            if part not in node:
                if shape_here is not None and shape_here.form == "mapping":
                    raise _NoSuchEntryError(
                        path, f"there is no such entry, only {', '.join(node)}", suggest(part, node)
                    )
                node[part] = {}
                self.origins[path] = origin
            node = node[part]
        if not isinstance(node, dict | list):
            raise _NoSuchEntryError(path, f"is {show(node)}, which has no keys")
        return path, node

    def _assign(self, found: tuple[KeyPath, Container], last: str, document: Document, origin: Origin) -> None:
        """Put the value of an override under the key `last` of the container that was found."""
        above, container = found
        key: str | int = last
        if isinstance(container, list):
            if not last.isdecimal() or int(last) >= len(container):
                self.problems.append(ConfigFault((*above, last), origin, "", _list_advice(container)))
                return
            key = int(last)
        path = (*above, key)
        self.problems += [
            ConfigFault((*path, *fault.path), origin, fault.found, fault.message) for fault in document.faults
        ]
        origins = {path: origin} | {(*path, *inner): origin for inner in document.lines}
        self._refuse_empty(((*path, *inner) for inner in document.empty), origins)
        replaced: set[KeyPath] = set()
        self._put(container, key, document.value, path, replaced)
        self._note(origins, replaced)


class _NoSuchEntryError(Exception):
    """An override addresses something that is not there."""

    def __init__(self, path: KeyPath, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.path, self.message, self.suggestion = path, message, suggestion


def _list_advice(items: Sequence[Value]) -> str:
    return f"a list is addressed by a number from 0 to {len(items) - 1}" if items else "the list is empty"


def _other_kind(old: dict[str, Value], new: dict[str, Value]) -> bool:
    """Whether the new mapping is of another `kind` or `family`, in which the old keys make no sense."""
    return any(tag in old and tag in new and old[tag] != new[tag] for tag in TAGS)
