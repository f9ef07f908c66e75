"""One YAML file that holds one section, read by the same strict rules as a config."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from hammerscale.config.machinery.faults import InvalidConfigError, translate
from hammerscale.config.machinery.merge import Tree
from hammerscale.config.machinery.section import Section
from hammerscale.config.machinery.yaml_file import read_mapping
from hammerscale.inputs import read_input

AnySection = TypeVar("AnySection", bound=Section)


def read_section(file: Path, model: type[AnySection]) -> AnySection:
    """Return the checked section of a file, or raise one `ConfigError` with every fault in it."""
    tree = Tree()
    tree.lay(read_mapping(file), 0, str(file))
    problems = tree.problems
    try:
        section = model.model_validate(tree.value)
    except ValidationError as error:
        raise InvalidConfigError(problems + translate(error, model, tree.value, tree.origin)) from error
    if problems:
        raise InvalidConfigError(problems)
    return section


def content_hash(*sections: Section, files: Iterable[Path] = ()) -> str:
    """Return the SHA-256 of what checked sections say, whatever their files look like, and of files that they name."""
    parts = [section.model_dump_json() for section in sections]
    parts += [hashlib.sha256(read_input(file)).hexdigest() for file in files]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
