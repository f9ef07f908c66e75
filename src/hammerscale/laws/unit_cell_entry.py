"""A unit cell at every point as a kind of law."""

import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from hammerscale.config.cell_record import CellRecord, law_record
from hammerscale.config.choices import UnitCellSettings
from hammerscale.config.law_file import LawSection
from hammerscale.config.machinery.section import LARGEST_SEED, Integer
from hammerscale.config.machinery.section_file import read_section
from hammerscale.config.material_file import Density, MaterialFile
from hammerscale.errors import InputError
from hammerscale.inputs import read_input
from hammerscale.kinds import CellSettings
from hammerscale.registry import named

if TYPE_CHECKING:
    from hammerscale.laws.law import Law


class UnitCellAtEveryPoint(LawSection):
    """A representative volume at every quadrature point (concurrent multiscale)."""

    kind: Literal["unit_cell"]
    rev: UnitCellSettings = Field(description="the unit cell at every quadrature point")
    seed: Integer = Field(default=2022, ge=0, le=LARGEST_SEED, description="seed of the microstructure")
    density: Density | None = Field(default=None, description="ρ, by default that of the material")
    stands_for: CellRecord | None = Field(
        default=None, description="what the law was written for; the law is refused if its files have changed since"
    )

    @property
    def cell(self) -> CellSettings:
        """The unit cell."""
        return self.rev

    def named_files(self) -> tuple[Path, ...]:
        """Return the files of the material and of the grains."""
        return tuple(Path(name) for name in (self.rev.material, self.rev.named_file) if name)

    def record(self) -> CellRecord:
        """Return what the files of the law say now."""
        try:
            contents = {str(name): hashlib.sha256(read_input(name)).hexdigest() for name in self.named_files()}
        except OSError as error:
            raise InputError(
                f"cannot read {error.filename} ({error.strerror})",
                "a law stands for the material and the texture that it names",
                "put the file back, or name another in the law file",
            ) from error
        return law_record(self.rev, self._material(), contents, self.seed)

    def require_as_written(self) -> None:
        """Refuse a law whose material or texture has changed since the law was written."""
        if self.stands_for is None:
            return
        if changed := self.stands_for.differences(self.record()):
            raise InputError(
                f"the law was written for another {_listed(changed)}",
                "its material or texture file changed since, or the law file was edited",
                "write it anew, as the workflow does when it is started again",
            )

    def build(self) -> "Law":
        """Return the law, whose cells are all alike."""
        from hammerscale.cell.cases.cell_case import CellDescription
        from hammerscale.cell.cell_factory import build_grains, crystal_material
        from hammerscale.laws.unit_cell_law import UnitCellLaw

        self.require_as_written()
        material = self._material()
        crystal = crystal_material(material.model_copy(update={"density": self.density}) if self.density else material)
        grains = build_grains(self.rev, self.seed)
        cell = self.rev.build(crystal, grains, math.inf)
        if self.rev.law:
            law: Law = named(self.rev.law)(cell)
            return law
        description = CellDescription(self.rev, crystal, grains) if self.rev.has_crystals else None
        return UnitCellLaw(cell, description, plane=self.rev.is_plane)

    def _material(self) -> MaterialFile:
        return read_section(Path(self.rev.material), MaterialFile)


def _listed(changed: Mapping[str, str]) -> str:
    return ", ".join(f"{aspect} ({values})" for aspect, values in changed.items())
