"""The base of every config section and the types it is written with."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hammerscale.keys import (
    FILE_NAME,
    LARGEST_SEED,
    SLUG,
    Conflict,
    ConflictingKeysError,
    FileName,
    Integer,
    Number,
    Slug,
    Switch,
)

__all__ = [
    "FILE_NAME",
    "LARGEST_SEED",
    "PATTERN_WORDS",
    "SLUG",
    "Conflict",
    "FileName",
    "FolderOfResults",
    "Integer",
    "Number",
    "Section",
    "Slug",
    "Switch",
]


class Section(BaseModel):
    """A mapping of the config: frozen, unknown keys forbidden, cross-field rules in `conflicts`."""

    # Kinds of things are looked up when a config is read: some are written with sections of their own.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def conflicts(self) -> Iterator[Conflict]:
        """Yield what is wrong with values that are fine alone."""
        yield from ()

    @model_validator(mode="after")
    def _refuse_conflicts(self) -> Self:
        if found := list(self.conflicts()):
            raise ConflictingKeysError(found)
        return self


# Braces and <> are wildcards of rules; the others mean something to the shell or to patterns of files.
RESULTS_FOLDER = r"^[^\x00-\x1f{}<>*?$`\"']{1,1000}$"
DEVICES = r"^(auto|-1|[1-9][0-9]{0,5}|[0-9]{1,5}(,[0-9]{1,5})*,|[0-9]{1,5}(,[0-9]{1,5})+)$"
STRATEGY = r"^[a-z][a-z0-9_]{0,59}$"
LOGGER = r"^(csv|none|[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+)$"
PATTERN_WORDS: dict[object, str] = {
    SLUG: "a name of small letters, digits, - and _, starting with a letter, at most 40 long",
    FILE_NAME: "the name of a file or folder without - in front (write ./-name)",
    RESULTS_FOLDER: "the name of a folder without any of {}<>*?$`\"'",
    DEVICES: "a number, auto, -1 for all, or numbers of devices as in '0,2'",
    STRATEGY: "the name of a strategy of PyTorch Lightning",
    LOGGER: "csv, none or the path of a class as in pytorch_lightning.loggers.TensorBoardLogger",
}

FolderOfResults = Annotated[str, Field(pattern=RESULTS_FOLDER)]
