"""The base of every config section and the number types it is written with."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

CONFLICT = "conflict"


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


class Section(BaseModel):
    """A mapping of the config: frozen, unknown keys forbidden, cross-field rules in `conflicts`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def conflicts(self) -> Iterator[Conflict]:
        """Yield what is wrong with values that are fine alone."""
        yield from ()

    @model_validator(mode="after")
    def _refuse_conflicts(self) -> Self:
        if found := list(self.conflicts()):
            raise PydanticCustomError(CONFLICT, "conflicting values", {"conflicts": found})
        return self


SLUG = r"^[a-z][a-z0-9_-]{0,39}$"
# Commands would take a name with - in front for an option.
FILE_NAME = r"^[^\x00-\x1f-][^\x00-\x1f]{0,999}$"
# Braces and <> are wildcards of rules; the others mean something to the shell or to patterns of files.
RESULTS_FOLDER = r"^[^\x00-\x1f{}<>*?$`\"']{1,1000}$"
DEVICES = r"^(auto|-1|[1-9][0-9]{0,5}|[0-9]{1,5}(,[0-9]{1,5})*,|[0-9]{1,5}(,[0-9]{1,5})+)$"
STRATEGY = r"^[a-z][a-z0-9_]{0,59}$"
LOGGER = r"^(csv|none|[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+)$"
PATTERN_WORDS = {
    SLUG: "a name of small letters, digits, - and _, starting with a letter, at most 40 long",
    FILE_NAME: "the name of a file or folder without - in front (write ./-name)",
    RESULTS_FOLDER: "the name of a folder without any of {}<>*?$`\"'",
    DEVICES: "a number, auto, -1 for all, or numbers of devices as in '0,2'",
    STRATEGY: "the name of a strategy of PyTorch Lightning",
    LOGGER: "csv, none or the path of a class as in pytorch_lightning.loggers.TensorBoardLogger",
}
LARGEST_SEED = 2**32 - 1

Slug = Annotated[str, Field(pattern=SLUG)]
FolderOfResults = Annotated[str, Field(pattern=RESULTS_FOLDER)]
FileName = Annotated[str, Field(pattern=FILE_NAME)]
Integer = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Switch = Annotated[bool, Field(strict=True)]
