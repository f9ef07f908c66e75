"""The keys of one unit cell alone, given in Python instead of a file."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ValidationError

from hammerscale.config.machinery.faults import InvalidConfigError, Origin, translate
from hammerscale.config.machinery.section import Section
from hammerscale.config.machinery.yaml_file import Value
from hammerscale.keys import OneOf
from hammerscale.kinds import CellSettings
from hammerscale.registry import CELLS


class CellKeys(Section):
    """One unit cell."""

    rev: Annotated[CellSettings, OneOf(CELLS)]


def read_cell_keys(keys: Mapping[str, Any]) -> CellSettings:
    """Return the settings of a unit cell, or raise one `ConfigError` with everything that is wrong with its keys."""
    tree: Value = {"rev": dict(keys)}
    try:
        return CellKeys.model_validate(tree).rev
    except ValidationError as error:
        here = Origin(0, "unit cell", 0)
        raise InvalidConfigError(translate(error, CellKeys, tree, lambda path: here)) from error
