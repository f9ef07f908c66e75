"""An exported surrogate as a kind of law."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from hammerscale.config.cell_record import CellRecord
from hammerscale.config.law_file import MANIFEST, LawSection
from hammerscale.config.law_records import record_of_model
from hammerscale.config.machinery.section import FileName, Number
from hammerscale.config.material_file import Density

if TYPE_CHECKING:
    from hammerscale.laws.law import Law


class Exported(LawSection):
    """A surrogate that was exported to a folder."""

    kind: Literal["exported"]
    folder: FileName = Field(examples=["models/pressure"], description="folder of the exported model")
    density: Density = Field(description="ρ")
    parameters: dict[str, Number] | None = Field(
        default=None,
        description="values of the parameters of the material that the surrogate takes, by their names and in their "
        "units in the data set that it learned from",
    )

    def named_files(self) -> tuple[Path, ...]:
        """Return the file that stands for the contents of the folder."""
        return (Path(self.folder) / MANIFEST,)

    def record(self) -> CellRecord | None:
        """Return the crystal and the microstructure that it learned from."""
        return record_of_model(Path(self.folder))

    def build(self) -> "Law":
        """Return the law that the folder holds."""
        from hammerscale.laws.exported import load_exported

        return load_exported(Path(self.folder), self.density.si, self.parameters or {})
