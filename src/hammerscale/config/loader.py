"""From config files and overrides to one checked config, or to one error that lists everything that is wrong."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from hammerscale.config.axes.parameter_conflicts import material_conflicts
from hammerscale.config.axes.parameters import samples
from hammerscale.config.campaign_settings import Settings
from hammerscale.config.cell_record import CellRecord, record_of
from hammerscale.config.checked_config import Config
from hammerscale.config.impact_files import ImpactFiles
from hammerscale.config.impact_fit import misfits
from hammerscale.config.machinery.faults import ConfigFault, InvalidConfigError, Origin, translate
from hammerscale.config.machinery.merge import Tree
from hammerscale.config.machinery.yaml_file import KeyPath, Value, nearby, read_mapping
from hammerscale.config.material_file import MaterialFile
from hammerscale.errors import ConfigError
from hammerscale.inputs import pinned_inputs, read_input
from hammerscale.registry import CELLS

MATERIAL_RANK = 1_000
OVERRIDE_RANK = 1_000_000
# What names a file that is read as it is: textures and paths, reference data.
FILE_KEYS = ("file", "compare_with")


def load(files: Sequence[str | Path], overrides: Sequence[str] = ()) -> Config:
    """Read config files, the later over the earlier, then overrides, and check everything.

    Parameters
    ----------
    files : YAML files; mappings are merged key by key, lists and other values are replaced
    overrides : `dotted.key=value`, list items by number; the value is read by the same rules as a file

    Raises
    ------
    ConfigError : with every fault found, in the order of the files; nothing is returned half checked
    """
    tree = Tree()
    for rank, file in enumerate(files):
        tree.lay(read_mapping(Path(file)), rank, str(file))
    for i, text in enumerate(overrides):
        tree.override(text, OVERRIDE_RANK + i, Settings)
    settings, problems = _validate(tree)
    named = _NamedFiles(tree)
    with pinned_inputs() as read:
        named.read_all()
        problems += named.problems
        if settings is None:
            raise InvalidConfigError(problems)
        impacts = ImpactFiles(settings, tree, named.cells(settings))
        impacts.read_all()
    problems += impacts.faults + _misplaced_parameters(settings, named.materials, tree)
    problems += [
        ConfigFault(path, tree.origin(path), repr(law), reason)
        for path, law, reason in misfits(settings, impacts.decks)
    ]
    if problems:
        raise InvalidConfigError(problems)
    return Config(settings, named.materials, _by_name(read, named.contents), impacts.decks, impacts.hashes)


def _misplaced_parameters(settings: Settings, materials: Mapping[str, MaterialFile], tree: Tree) -> list[ConfigFault]:
    """Return what parameters ask of the material files that these do not have or take."""
    problems = []
    for name, dataset in settings.datasets.items():
        if not dataset.parameters or name not in materials:
            continue
        points = samples(dataset.axes, dataset.how)
        for inner, message, guess in material_conflicts(dataset.axes, points, materials[name]):
            path = ("datasets", name, "parameters", *inner)
            problems.append(ConfigFault(path, tree.origin(path), "", message, guess))
    return problems


def _by_name(read: Mapping[str, str], named: Mapping[str, str]) -> dict[str, str]:
    """Return the SHA-256 of all files that were read, by the names in the config or by paths from here."""
    known = {str(Path(name).absolute()) for name in named}
    return {os.path.relpath(path): digest for path, digest in read.items() if path not in known} | dict(named)


def read_material(file: Path) -> MaterialFile:
    """Read and check a material file on its own."""
    material, problems = _read_material(Path(file))
    if material is None:
        raise InvalidConfigError(problems)
    return material


def _validate(tree: Tree) -> tuple[Settings | None, list[ConfigFault]]:
    try:
        return Settings.model_validate(tree.value), tree.problems
    except ValidationError as error:
        return None, tree.problems + translate(error, Settings, tree.value, tree.origin)


def _read_material(file: Path) -> tuple[MaterialFile | None, list[ConfigFault]]:
    document = read_mapping(file)
    tree = Tree()
    tree.lay(document, MATERIAL_RANK, str(file))
    try:
        material = MaterialFile.model_validate(tree.value)
    except ValidationError as error:
        return None, tree.problems + translate(error, MaterialFile, tree.value, tree.origin)
    return (None, tree.problems) if tree.problems else (material, [])


@dataclass
class _NamedFiles:
    """Reads the files that a config names (materials, textures, paths), even if the config is wrong elsewhere."""

    tree: Tree
    materials: dict[str, MaterialFile] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    problems: list[ConfigFault] = field(default_factory=list)
    known: dict[str, MaterialFile | None] = field(default_factory=dict)

    def read_all(self) -> None:
        """Read the files of every data set, and tables of reference data."""
        for dataset in _keys(self.tree.value.get("datasets")):
            self._material(dataset)
        for part in ("datasets", "comparisons", "problems"):
            for path, file in _other_files(self.tree.value.get(part), (part,)):
                self._hash(path, file)

    def cells(self, settings: Settings) -> dict[str, CellRecord]:
        """Return what every data set stands for whose files were read."""
        seed = settings.campaign.seed
        return {
            name: record_of(dataset.rev, self.materials[name], self.contents, seed)
            for name, dataset in settings.datasets.items()
            if name in self.materials and dataset.rev.named_file in (None, *self.contents)
        }

    def _material(self, dataset: str) -> None:
        path: KeyPath = ("datasets", dataset, "rev", "material")
        file, kind = _at(self.tree.value, path), _at(self.tree.value, (*path[:-1], "kind"))
        if not isinstance(file, str) or not file:
            return
        if file not in self.known:
            try:
                self.known[file], problems = _read_material(Path(file))
                self.problems += problems
            except ConfigError as error:
                # Each data set that names the file should say so, hence nothing is remembered.
                self._refuse(path, file, "; ".join(part for part in (error.what, error.remedy) if part))
                return
        material = self.known[file]
        if material is None:
            return
        self.materials[dataset] = material
        self._hash(path, file)
        allowed = CELLS[kind].lattices if kind in tuple(CELLS) else ()
        if allowed and material.lattice.kind not in allowed:
            self._refuse(
                path, file, f"has a {material.lattice.kind} lattice, but a {kind} cell needs {' or '.join(allowed)}"
            )

    def _hash(self, path: KeyPath, file: str) -> None:
        try:
            self.contents[file] = hashlib.sha256(read_input(Path(file))).hexdigest()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            hint = nearby(Path(file))
            self._refuse(path, file, f"cannot be read ({reason})" + (f"; {hint}" if hint else ""))

    def _refuse(self, path: KeyPath, file: str, message: str) -> None:
        origin: Origin = self.tree.origin(path)
        self.problems.append(ConfigFault(path, origin, repr(file), message))


def _other_files(value: Value, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield every key of `FILE_KEYS` with its value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in FILE_KEYS and isinstance(inner, str) and inner:
                yield (*path, key), inner
            yield from _other_files(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _other_files(inner, (*path, i))


def _keys(value: Value) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def _at(value: Value, path: KeyPath) -> Value:
    for part in path:
        value = value.get(str(part)) if isinstance(value, dict) else None
    return value
