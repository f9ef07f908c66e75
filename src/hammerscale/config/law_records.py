"""What laws stand for: those of a file or folder, and whether a law's files still say what it was written for."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from hammerscale.config.cell_record import CellRecord, law_record
from hammerscale.config.law import Exported, JohnsonCook, LawFile, UnitCellAtEveryPoint
from hammerscale.config.material import MaterialFile
from hammerscale.config.section_file import read_section
from hammerscale.errors import InputError
from hammerscale.inputs import read_input
from hammerscale.regular_files import parse_json, read_json

# Of an exported surrogate; the key stands in the attributes of data sets and in summaries of runs, too.
METRICS, STANDS_FOR = "metrics.json", "stands_for"


def record_of_law(file: LawFile) -> CellRecord | None:
    """Return what a law stands for with its own density; of a metal of a handbook this is all that can be compared."""
    law = file.law
    if isinstance(law, UnitCellAtEveryPoint):
        record: CellRecord | None = _found(law, file)
    elif isinstance(law, Exported):
        record = record_of_model(Path(law.folder))
    else:
        fitted = law.stands_for if isinstance(law, JohnsonCook) else None
        record = fitted or CellRecord(density_kg_m3=law.density.si)
    return record.with_density(law.density.si) if record and law.density else record


def _found(law: UnitCellAtEveryPoint, file: LawFile) -> CellRecord:
    """Return what the files of a law say now."""
    try:
        contents = {str(name): hashlib.sha256(read_input(name)).hexdigest() for name in file.named_files()}
    except OSError as error:
        raise InputError(
            f"cannot read {error.filename} ({error.strerror})",
            "a law stands for the material and the texture that it names",
            "put the file back, or name another in the law file",
        ) from error
    material = read_section(Path(law.rev.material), MaterialFile)
    return law_record(law.rev, material, contents, law.seed)


def require_as_written(law: UnitCellAtEveryPoint) -> None:
    """Refuse a law whose material or texture says something else than when the law was written."""
    if law.stands_for is None:
        return
    changed = law.stands_for.differences(_found(law, LawFile(law=law)))
    if changed:
        raise InputError(
            f"the law was written for another {_listed(changed)}",
            "its material or texture file changed since, or the law file was edited",
            "write it anew, as the workflow does when it is started again",
        )


def record_of_model(folder: Path) -> CellRecord | None:
    """Return what an exported surrogate stands for: the unit cell of the data that it learned from, where recorded."""
    try:
        return read_record(read_json(folder / METRICS), str(folder))
    except (OSError, ValueError):
        # Its loader refuses a folder that is no model, with better words.
        return None


def read_record(document: object, where: str) -> CellRecord | None:
    """Return the record under the key `stands_for` of a document, itself or as JSON, None where there is none."""
    stored = document.get(STANDS_FOR) if isinstance(document, Mapping) else None
    if stored is None:
        return None
    try:
        return CellRecord.model_validate(parse_json(stored) if isinstance(stored, str) else stored)
    except ValueError as error:
        raise InputError(
            f"{where} does not say in an orderly way what it stands for",
            "it could be compared with another material",
            "make it again with this version",
        ) from error


def _listed(changed: dict[str, str]) -> str:
    return ", ".join(f"{aspect} ({values})" for aspect, values in changed.items())
